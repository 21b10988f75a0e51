import type { EventLog, LogRecord, Subscription } from '@perennial/event-log';
import { type ReadStores, StaleCheckpointError } from '@perennial/read-store';
import { catchUpLive } from './catch-up.js';
import type { Projector } from './projector.js';

export interface ProjectionStatus {
  /** Everything in the log up to here is in the read store. */
  position: number;
  /** Instant up to which time has passed, UTC ms. */
  clock: number;
  /** Members set aside because their fold threw. */
  parked: number;
}

/** Follows the log and keeps the live generation up with it, from its checkpoint, until closed. */
export class LiveProjector {
  private subscription: Subscription | null = null;
  private closed = false;

  private constructor(
    private readonly log: EventLog,
    private readonly stores: ReadStores,
    private readonly onStatus: (status: ProjectionStatus) => void,
  ) {}

  /** Catches up, then follows. `failed` of the result rejects when the projection cannot go on. */
  static async start(
    log: EventLog,
    stores: ReadStores,
    onStatus: (status: ProjectionStatus) => void,
  ): Promise<{ live: LiveProjector; failed: Promise<void> }> {
    const live = new LiveProjector(log, stores, onStatus);
    const projector = await live.resume();
    return { live, failed: live.follow(projector) };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.subscription?.close();
  }

  private async resume(): Promise<Projector> {
    for (;;) {
      try {
        const projector = await catchUpLive(this.log, this.stores);
        this.report(projector);
        return projector;
      } catch (error) {
        // Another process (an import) is projecting too; whoever comes second begins again behind it.
        if (!(error instanceof StaleCheckpointError)) throw error;
      }
    }
  }

  private async follow(first: Projector): Promise<void> {
    let projector = first;
    while (!this.closed) {
      let stale = false;
      const subscription = this.log.subscribe(projector.position, async (batch: LogRecord[]) => {
        if (stale) return;
        try {
          await projector.project(batch);
          this.report(projector);
        } catch (error) {
          if (!(error instanceof StaleCheckpointError)) throw error;
          stale = true;
          // Not awaited: a subscription ends only after its handler.
          void subscription.close();
        }
      });
      this.subscription = subscription;
      await subscription.done;
      if (stale && !this.closed) projector = await this.resume();
    }
  }

  private report(projector: Projector): void {
    this.onStatus({ position: projector.position, clock: projector.clock, parked: projector.parkedMembers });
  }
}
