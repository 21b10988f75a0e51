import type { EventLog } from '@perennial/event-log';
import { type ReadStore, type ReadStores, StaleCheckpointError } from '@perennial/read-store';
import { rebuild } from './catch-up.js';
import { LogFollower } from './log-follower.js';
import { type Leases, REBUILD_LEASE } from './partitions/leases.js';
import { PartitionShare } from './partitions/partition-share.js';
import { resumeTogether } from './partitions/resume-together.js';
import type { Projector } from './projector.js';
import { restAfter } from './rest.js';
import { sleep, type Sleep } from './sleep.js';

export interface ProjectionStatus {
  /** Everything in the log up to here is in the read store, as far as this process keeps it up. */
  position: number;
  /** Instant up to which time has passed, UTC ms. */
  clock: number;
  /** Members set aside because their fold threw. */
  parked: number;
  /** The partitions that this process keeps up. */
  partitions: readonly number[];
}

export interface LiveProjectorOptions {
  /** How often the share of this process is looked at, milliseconds. */
  beatMs?: number;
  onStatus?: (status: ProjectionStatus) => void;
  /** Default: real time. */
  sleep?: Sleep;
  /** How long to rest behind a batch. Default `restAfter`. */
  rest?: typeof restAfter;
}

const BEAT_MS = 1_000;

/**
 * Follows the log and keeps up the partitions of the live generation that fall to this process, until closed. Whoever
 * finds another projector at work on one of them begins again behind it.
 */
export class LiveProjector {
  /** Rejects when the projection cannot go on; resolves after `close`. */
  readonly done: Promise<void>;
  private readonly end = new AbortController();
  private readonly beatMs: number;
  private readonly onStatus: (status: ProjectionStatus) => void;
  private readonly sleep: Sleep;
  private readonly rest: typeof restAfter;
  private share: PartitionShare | null = null;

  private constructor(
    private readonly log: EventLog,
    private readonly stores: ReadStores,
    private readonly leases: Leases,
    options: LiveProjectorOptions,
  ) {
    this.beatMs = options.beatMs ?? BEAT_MS;
    this.onStatus = options.onStatus ?? (() => undefined);
    this.sleep = options.sleep ?? sleep;
    this.rest = options.rest ?? restAfter;
    this.done = this.run();
  }

  static start(log: EventLog, stores: ReadStores, leases: Leases, options: LiveProjectorOptions = {}): LiveProjector {
    return new LiveProjector(log, stores, leases, options);
  }

  /** Lets the batch at work finish. */
  async close(): Promise<void> {
    this.end.abort();
    await this.done.catch(() => undefined);
  }

  private async run(): Promise<void> {
    while (!this.end.signal.aborted) {
      const store = await this.stores.current();
      if (store.needsRebuild) await this.makeAnew();
      else await this.keepUp(store);
    }
  }

  /** One process fills the new generation; the others wait for it. */
  private async makeAnew(): Promise<void> {
    if (!(await this.leases.acquire(REBUILD_LEASE))) return this.pause();
    try {
      if ((await this.stores.current()).needsRebuild) await rebuild(this.log, this.stores);
    } finally {
      await this.leases.release(REBUILD_LEASE);
    }
  }

  /** Projects the share of this process until it is another one, or another projector was faster. */
  private async keepUp(store: ReadStore): Promise<void> {
    if (this.share?.partitions !== store.partitions) this.share = new PartitionShare(this.leases, store.partitions);
    const { share } = this;
    const partitions = await share.adjust();
    if (partitions.length === 0) return this.pause();
    const change = new AbortController();
    const signal = AbortSignal.any([change.signal, this.end.signal]);
    const watching = new AbortController();
    const watched = this.watch(share, partitions, store, change, watching.signal);
    try {
      const projector = await resumeTogether(this.log, store, partitions, signal);
      if (projector) await this.follow(projector, partitions, signal);
    } catch (error) {
      if (!(error instanceof StaleCheckpointError)) throw error;
    } finally {
      watching.abort();
      // A look under way might take a lease that was just given up.
      await watched;
      if (this.end.signal.aborted) await share.giveUp();
    }
  }

  /** Looks at each beat whether something else is to be projected. */
  private async watch(
    share: PartitionShare,
    partitions: readonly number[],
    store: ReadStore,
    change: AbortController,
    signal: AbortSignal,
  ): Promise<void> {
    for (await this.sleep(this.beatMs, signal); !signal.aborted; await this.sleep(this.beatMs, signal)) {
      try {
        if ((await this.stores.current()) !== store || (await share.beat(partitions))) change.abort();
      } catch {
        // What stands in the way of looking is for the projection itself to tell.
      }
    }
  }

  /** Until the share of this process changes. */
  private follow(projector: Projector, partitions: readonly number[], signal: AbortSignal): Promise<void> {
    const report = () => {
      const { position, clock, parkedMembers: parked } = projector;
      this.onStatus({ position, clock, parked, partitions });
    };
    report();
    const { rest, sleep } = this;
    return new LogFollower(this.log, projector, { onProjected: report, rest, sleep, signal }).run();
  }

  private pause(): Promise<void> {
    return this.sleep(this.beatMs, this.end.signal);
  }
}
