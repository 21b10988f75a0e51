import { type EventLog, type LogRecord, LogUnavailableError } from '@perennial/event-log';
import { type ReadStore, type ReadStores, StaleCheckpointError } from '@perennial/read-store';
import { rebuild } from './catch-up.js';
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
/** During a rest as long as this so much gathers that it is read as a page. */
const LONG_REST_MS = 50;
/** Records of such a page at most. */
const PAGE = 10_000;

/** Projects a batch. @returns how long to rest behind it, milliseconds. */
type Project = (batch: readonly LogRecord[]) => Promise<number>;

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

  /**
   * Follows the log. While much comes in, what gathers during the rests is read as pages, larger than a subscription gives:
   * the facts of one member are then folded and written together.
   */
  private async follow(projector: Projector, partitions: readonly number[], signal: AbortSignal): Promise<void> {
    const report = () => {
      const { position, clock, parkedMembers: parked } = projector;
      this.onStatus({ position, clock, parked, partitions });
    };
    /** @returns how long to rest, milliseconds. */
    const project = async (batch: readonly LogRecord[]): Promise<number> => {
      const started = performance.now();
      await projector.project(batch);
      report();
      return this.rest(batch, performance.now() - started, Date.now());
    };
    report();
    while (!signal.aborted) {
      await this.readPages(projector, project, signal);
      await this.subscribe(projector, project, signal);
    }
  }

  /** Projects what the log holds, page by page, until there is nothing new. */
  private async readPages(projector: Projector, project: Project, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const page = await this.page(projector.position, signal);
      if (page.length === 0 || signal.aborted) return;
      const restMs = await project(page);
      if (restMs > 0) await this.sleep(restMs, signal);
    }
  }

  /** What follows a position; nothing when the log cannot be read, which a subscription waits out, or at the end. */
  private async page(after: number, signal: AbortSignal): Promise<readonly LogRecord[]> {
    let end = () => {};
    const ended = new Promise<[]>((resolve) => (end = () => resolve([])));
    signal.addEventListener('abort', end);
    try {
      return await Promise.race([this.log.readAll({ after, limit: PAGE }), ended]);
    } catch (error) {
      if (error instanceof LogUnavailableError) return [];
      throw error;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  /** Projects what comes, until a long rest is due. */
  private async subscribe(projector: Projector, project: Project, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const subscription = this.log.subscribe(projector.position, async (batch: LogRecord[]) => {
      if (signal.aborted || over.signal.aborted) return;
      const restMs = await project(batch);
      if (restMs >= LONG_REST_MS) over.abort();
      if (restMs > 0) await this.sleep(restMs, signal);
    });
    const end = () => void subscription.close();
    const ended = AbortSignal.any([signal, over.signal]);
    ended.addEventListener('abort', end);
    if (ended.aborted) end();
    try {
      await subscription.done;
    } finally {
      ended.removeEventListener('abort', end);
    }
  }

  private pause(): Promise<void> {
    return this.sleep(this.beatMs, this.end.signal);
  }
}
