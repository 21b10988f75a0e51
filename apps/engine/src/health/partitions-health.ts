import { Inject, Injectable } from '@nestjs/common';
import { partitionLease, type Stores } from '@perennial/projection';
import type { Checkpoint, ReadStore } from '@perennial/read-store';
import { ProjectorSupervisor } from '../stores/projector-supervisor.js';
import { STORES } from '../stores/tokens.js';

export interface PartitionHealth {
  partition: number;
  /** Everything in the log up to here is in its members. */
  position: number;
  /** The process that keeps it up; null = nobody does at the moment. */
  owner: string | null;
  /** For how long the oldest record waits that is not in its members yet; 0 = there is none. */
  lagSeconds: number;
}

/** Who keeps up which partition of the read store, and how far behind the log it is. */
@Injectable()
export class PartitionsHealth {
  constructor(
    @Inject(STORES) private readonly stores: Stores,
    private readonly projector: ProjectorSupervisor,
  ) {}

  async read(store: ReadStore): Promise<PartitionHealth[]> {
    const checkpoints = await store.checkpoints();
    const owners = await this.owners(checkpoints.length);
    const lags = await this.lags(checkpoints);
    return checkpoints.map(({ position }, partition) => ({
      partition,
      position,
      owner: owners.get(partition) ?? null,
      lagSeconds: lags.get(position)!,
    }));
  }

  private async owners(count: number): Promise<Map<number, string>> {
    // The projector's thread has leases of its own: what it holds locally is known from its status alone.
    const { partitions, running } = this.projector.health();
    const own = new Map(running ? partitions.map((partition) => [partition, 'this process']) : []);
    const names = new Map(Array.from({ length: count }, (_, partition) => [partitionLease(partition), partition]));
    const holders = await this.stores.leases.holders([...names.keys()]);
    return new Map([...own, ...holders.map(({ name, holder }) => [names.get(name)!, holder] as const)]);
  }

  /** By checkpoint position: most partitions stand at one. */
  private async lags(checkpoints: readonly Checkpoint[]): Promise<Map<number, number>> {
    const lags = new Map<number, number>();
    for (const { position } of checkpoints) {
      if (lags.has(position)) continue;
      const [next] = await this.stores.log.readAll({ after: position, limit: 1 });
      lags.set(position, next ? Math.max(0, (Date.now() - next.recordedAt) / 1_000) : 0);
    }
    return lags;
  }
}
