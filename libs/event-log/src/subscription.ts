import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';
import type { LogRecord, Subscription } from './port.js';

/** How a log that can be read by position feeds a subscription. */
export interface SubscriptionSource {
  /** Records with `position > after` in log order, one page; empty when there are none yet. */
  readPage(after: number): LogRecord[] | Promise<LogRecord[]>;
  /** How long to wait for a wake-up before looking again, milliseconds; Infinity when every append wakes. */
  pollMs: number;
}

/**
 * One subscription as a loop: read a page, hand it over, read on; at the end of the log wait for a wake-up or the poll.
 * Stored and live records come by the same way, so there is no seam where one could be lost or doubled.
 */
export class PollingSubscription implements Subscription {
  readonly done: Promise<void>;
  #closing = false;
  /** A wake-up that came while the loop was not waiting must not be lost. */
  #woken = false;
  #endWait: (() => void) | null = null;

  constructor(
    private readonly source: SubscriptionSource,
    after: number,
    private readonly handler: (batch: LogRecord[]) => Promise<void> | void,
    private readonly onEnd: () => void,
  ) {
    this.done = this.#run(after);
  }

  /** Says that there may be something new. */
  wake(): void {
    this.#woken = true;
    this.#endWait?.();
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#endWait?.();
    // Who failed has told it through `done`; closing only waits for the end.
    await this.done.catch(() => undefined);
  }

  async #run(after: number): Promise<void> {
    let position = after;
    try {
      // The caller holds the subscription before its handler is called; and catching up through a long log, where pages
      // and handlers may both be synchronous, leaves timers and I/O their turn.
      for (await turnOfTheEventLoop(); !this.#closing; await turnOfTheEventLoop()) {
        this.#woken = false;
        const batch = await this.source.readPage(position);
        if (batch.length === 0) {
          await this.#wait();
        } else if (!this.#closing) {
          await this.handler(batch);
          position = batch.at(-1)!.position;
        }
      }
    } finally {
      this.onEnd();
    }
  }

  async #wait(): Promise<void> {
    if (this.#woken || this.#closing) return;
    await new Promise<void>((resolve) => {
      const timer = Number.isFinite(this.source.pollMs) ? setTimeout(resolve, this.source.pollMs) : undefined;
      this.#endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endWait = null;
  }
}

/** The subscriptions of one log: woken together, ended together. */
export class Subscriptions {
  readonly #open = new Set<PollingSubscription>();

  constructor(private readonly source: SubscriptionSource) {}

  start(after: number, handler: (batch: LogRecord[]) => Promise<void> | void): Subscription {
    const subscription = new PollingSubscription(this.source, after, handler, () => this.#open.delete(subscription));
    this.#open.add(subscription);
    return subscription;
  }

  wake(): void {
    for (const subscription of this.#open) subscription.wake();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((subscription) => subscription.close()));
  }
}
