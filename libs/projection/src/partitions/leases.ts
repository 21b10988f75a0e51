/**
 * Leases among the processes that share a read store: at any instant one holder at most of each name. A process that was
 * asleep may believe that it holds one which it has lost; what it then writes is refused by the checkpoint.
 */
export interface Leases {
  /** What this process holds, as far as it knows. */
  readonly held: ReadonlySet<string>;
  /** @returns whether this process holds the lease now. */
  acquire(name: string): Promise<boolean>;
  release(name: string): Promise<void>;
  /** Makes this process one of those who share a kind of work, until it ends. */
  join(name: string): Promise<void>;
  /** How many processes share that kind of work. */
  members(name: string): Promise<number>;
  /** Of these leases, who holds which, in any process. */
  holders(names: readonly string[]): Promise<{ name: string; holder: string }[]>;
  close(): Promise<void>;
}

/** For stores that one process has for itself: it gets whatever it asks for. */
export class LocalLeases implements Leases {
  readonly held = new Set<string>();

  constructor(private readonly holder = `process ${process.pid}`) {}

  acquire(name: string): Promise<boolean> {
    this.held.add(name);
    return Promise.resolve(true);
  }

  release(name: string): Promise<void> {
    this.held.delete(name);
    return Promise.resolve();
  }

  join(): Promise<void> {
    return Promise.resolve();
  }

  members(): Promise<number> {
    return Promise.resolve(1);
  }

  holders(names: readonly string[]): Promise<{ name: string; holder: string }[]> {
    return Promise.resolve(names.filter((name) => this.held.has(name)).map((name) => ({ name, holder: this.holder })));
  }

  close(): Promise<void> {
    this.held.clear();
    return Promise.resolve();
  }
}

/** Whoever holds it projects the partition. */
export function partitionLease(partition: number): string {
  return `partition ${partition}`;
}

/** Whoever holds it lets time pass, and does what is done once a night. */
export const CLOCK_LEASE = 'clock';
/** Whoever holds it makes the read store anew. */
export const REBUILD_LEASE = 'rebuild';
/** Whoever holds it writes the mirror of changes. */
export const MIRROR_LEASE = 'mirror';
