import { setTimeout as realTime } from 'node:timers/promises';
import { type EventLog, type LogRecord, LogUnavailableError, type Subscription } from '../port.js';

/** The first wait before judging is tried again, milliseconds; it doubles up to the most. */
const WAIT_MS = { first: 50, most: 2_000 };

/** Waits some milliseconds, or until the signal is aborted; never rejects. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export const wait: Wait = (ms, signal) => realTime(ms, undefined, { signal }).catch(() => undefined);

/** Gives only records that stand. An outage of the claims is waited out, as one of the log is. */
export class ClaimedSubscription implements Subscription {
  readonly done: Promise<void>;
  readonly #inner: Subscription;
  readonly #end = new AbortController();

  constructor(
    log: EventLog,
    private after: number,
    /** Of records that follow each other, those that stand. */
    private readonly standing: (after: number, batch: LogRecord[]) => Promise<LogRecord[]>,
    private readonly handler: (batch: LogRecord[]) => Promise<void> | void,
    private readonly wait: Wait,
    onEnd: () => void,
  ) {
    this.#inner = log.subscribe(after, (batch) => this.#handle(batch));
    this.done = this.#inner.done.finally(onEnd);
  }

  close(): Promise<void> {
    this.#end.abort();
    return this.#inner.close();
  }

  async #handle(batch: LogRecord[]): Promise<void> {
    const records = await this.#patiently(batch);
    if (this.#end.signal.aborted) return;
    if (records.length > 0) await this.handler(records);
    this.after = batch.at(-1)!.position;
  }

  async #patiently(batch: LogRecord[]): Promise<LogRecord[]> {
    for (let pause = WAIT_MS.first; !this.#end.signal.aborted; pause = Math.min(2 * pause, WAIT_MS.most)) {
      try {
        return await this.standing(this.after, batch);
      } catch (error) {
        if (!(error instanceof LogUnavailableError)) throw error;
        await this.wait(pause, this.#end.signal);
      }
    }
    return [];
  }
}
