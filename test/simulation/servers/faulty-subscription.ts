import { type EventLog, type LogRecord, LogUnavailableError, type Subscription } from '@perennial/event-log';
import type { SimulatedProcess } from '../world/process.js';

export interface SubscriptionFaults {
  /** How often a subscription ends for good instead of being given something. */
  fails: number;
  /** How often the server ends it and it is begun anew, some way back. */
  isBegunAnew: number;
}

/** Longest pause until something new is seen, and most records in one delivery. */
const LATEST_MS = 300;
const MOST = 25;
/** How many deliveries back one that is begun anew begins at most. */
const BACK = 5;

/**
 * A subscription to a log on a server. What is delivered may be late, few or many, and after the server has ended it
 * come from before: what was handled is left out here, as the adapters do it.
 */
export class FaultySubscription implements Subscription {
  readonly done: Promise<void>;
  private readonly end = new AbortController();

  constructor(
    private readonly log: EventLog,
    private readonly process: SimulatedProcess,
    private readonly faults: SubscriptionFaults,
    after: number,
    private readonly handler: (batch: LogRecord[]) => Promise<void> | void,
  ) {
    this.done = this.run(after);
  }

  async close(): Promise<void> {
    this.end.abort();
    await this.done.catch(() => undefined);
  }

  private async run(after: number): Promise<void> {
    const { dice } = this.process.world;
    const { signal } = this.end;
    // The caller holds the subscription before its handler is called.
    await Promise.resolve();
    let handled = after;
    const ends = [after];
    for (let next = after; !signal.aborted;) {
      if (dice.chance(this.faults.fails)) throw new LogUnavailableError('The subscription failed');
      if (dice.chance(this.faults.isBegunAnew)) next = dice.pick(ends);
      const delivered = await this.receive(next, dice.int(1, MOST));
      if (delivered.length > 0) next = delivered[delivered.length - 1].position;
      const fresh = delivered.filter(({ position }) => position > handled);
      if (signal.aborted) return;
      if (fresh.length > 0) {
        await this.handler(fresh);
        handled = fresh[fresh.length - 1].position;
        ends.push(handled);
        if (ends.length > BACK) ends.shift();
      }
      if (delivered.length === 0 || dice.chance(0.2)) await this.process.sleep(dice.int(1, LATEST_MS), signal);
    }
  }

  /** Outages are waited out, as the adapter does it. */
  private async receive(after: number, limit: number): Promise<LogRecord[]> {
    return this.log.readAll({ after, limit }).catch(() => []);
  }
}
