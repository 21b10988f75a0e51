import { type Leases, partitionLease } from './leases.js';

const PROJECTORS = 'projectors';

/**
 * This process's share of the partitions: as many as fall to each of the processes that project, so that they may come
 * and go. Free ones are taken at each beat; those that are too many are given back by `adjust`, when nobody works on
 * them.
 */
export class PartitionShare {
  /** Asked for without an answer: they may be held all the same, and then nobody else can have them. */
  private readonly doubtful = new Set<number>();

  constructor(
    private readonly leases: Leases,
    readonly partitions: number,
  ) {}

  /** What is held, ascending. */
  get held(): number[] {
    return this.all().filter((partition) => this.leases.held.has(partitionLease(partition)));
  }

  /**
   * Takes what is free, as far as it falls to this process.
   * @param using what is being projected.
   * @returns whether something else should be.
   */
  async beat(using: readonly number[]): Promise<boolean> {
    const most = await this.most();
    await this.take(most);
    const { held } = this;
    return held.length > most || held.length !== using.length || held.some((partition) => !using.includes(partition));
  }

  /** Takes what is free and gives back what is too much. @returns what is held now. */
  async adjust(): Promise<number[]> {
    const most = await this.most();
    for (const partition of this.held.slice(most)) await this.leases.release(partitionLease(partition));
    await this.take(most);
    return this.held;
  }

  async giveUp(): Promise<void> {
    for (const partition of this.held) await this.leases.release(partitionLease(partition));
  }

  private async most(): Promise<number> {
    await this.leases.join(PROJECTORS);
    return Math.ceil(this.partitions / Math.max(1, await this.leases.members(PROJECTORS)));
  }

  private async take(most: number): Promise<void> {
    for (const partition of this.all()) {
      if (this.held.length >= most && !this.doubtful.has(partition)) continue;
      this.doubtful.add(partition);
      await this.leases.acquire(partitionLease(partition));
      this.doubtful.delete(partition);
    }
  }

  private all(): number[] {
    return Array.from({ length: this.partitions }, (_, partition) => partition);
  }
}
