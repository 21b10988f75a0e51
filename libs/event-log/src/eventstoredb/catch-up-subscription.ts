import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';
import type { LogRecord, Subscription } from '../port.js';
import { backoff, type Patience } from './retry.js';
import type { ServerCalls } from './server-calls.js';
import { isTransient } from './server-errors.js';
import type { StreamNames } from './stream-names.js';
import { SubscriptionCall } from './subscription-call.js';

export interface SubscriptionOptions {
  calls: ServerCalls;
  names: StreamNames;
  /** How long the server may take to begin, milliseconds. */
  deadlineMs: number;
  /** How often a silent subscription is compared with the head of the log, milliseconds. */
  watchMs: number;
  /** Its `retryForMs` bounds only failures that look like no outage. */
  patience: Patience;
  /** Position of the last record of the log. */
  head(): Promise<number>;
}

/**
 * Follows the log for one consumer over as many calls as it takes: when one ends, for whatever reason, the next goes on
 * behind the last record that the consumer has handled.
 */
export class CatchUpSubscription implements Subscription {
  readonly done: Promise<void>;
  /** Where the next call goes on: everything up to here is handled or is not the log's. */
  #resume: number;
  #call: SubscriptionCall | null = null;
  #closing = false;
  #endPause: (() => void) | null = null;

  constructor(
    after: number,
    private readonly handler: (batch: LogRecord[]) => Promise<void> | void,
    private readonly options: SubscriptionOptions,
    onEnd: () => void,
  ) {
    this.#resume = after;
    this.done = this.#run().finally(onEnd);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#call?.end(new Error('The subscription was closed'));
    this.#endPause?.();
    // Who failed has told it through `done`; closing only waits for the end.
    await this.done.catch(() => undefined);
  }

  async #run(): Promise<void> {
    // The caller holds the subscription before its handler is called.
    await turnOfTheEventLoop();
    const { calls, names, deadlineMs } = this.options;
    let failures = 0;
    while (!this.#closing) {
      const call = new SubscriptionCall(calls, names, this.#resume, deadlineMs);
      this.#call = call;
      const watch = this.#watch(call);
      try {
        for (;;) {
          const delivery = await call.next().catch((error: Error) => error);
          if (delivery instanceof Error) {
            failures = call.received > 0 ? 1 : failures + 1;
            this.#judge(delivery, failures);
            break;
          }
          if (!(await this.#handle(delivery.records))) break;
          if (delivery.checkpoint !== null) this.#resume = Math.max(this.#resume, delivery.checkpoint);
        }
      } finally {
        clearInterval(watch);
        call.end(new Error('The subscription goes on with another call'));
      }
      if (!this.#closing) await this.#pause(backoff(failures, this.options.patience.firstWaitMs));
    }
  }

  /** @returns false when the subscription was closed before the handler could be called. */
  async #handle(records: LogRecord[]): Promise<boolean> {
    if (this.#closing) return false;
    if (records.length === 0) return true;
    await this.handler(records);
    this.#resume = records.at(-1)!.position;
    // Catching up through a long log leaves timers and other calls their turn.
    await turnOfTheEventLoop();
    return true;
  }

  /** Outages are waited out; what will not change ends the subscription. */
  #judge(error: Error, failures: number): void {
    if (this.#closing) return;
    if (!isTransient(error)) throw error;
    // Code 2 is also the answer to a position that is no event's.
    const unknown = 'code' in error && error.code === 2;
    if (unknown && failures > 10) throw error;
  }

  /** A call that has fallen silent while the log goes on is ended, so that the next one may do better. */
  #watch(call: SubscriptionCall): NodeJS.Timeout {
    let seen = -1;
    return setInterval(() => {
      const { received } = call;
      if (received !== seen) {
        seen = received;
        return;
      }
      this.options.head().then(
        (head) => {
          if (head > this.#resume && call.received === seen) call.end(new Error('The subscription fell silent'));
        },
        () => undefined,
      );
    }, this.options.watchMs).unref();
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endPause = null;
  }
}
