import { setTimeout as wait } from 'node:timers/promises';
import { isTransient, unavailable } from './server-errors.js';

/** How long calls are tried again, and how they wait in between. */
export interface Patience {
  /** After this long without success no further try is made, milliseconds. */
  retryForMs: number;
  /** Ends all patience: the log is closed. */
  signal: AbortSignal;
  /** The first wait; doubled after each try up to MOST_WAIT_MS. */
  firstWaitMs: number;
}

const MOST_WAIT_MS = 1_000;

/** How long to wait before try number `tries` (from 1), milliseconds: doubling, with up to a half taken off at random. */
export function backoff(tries: number, firstWaitMs: number): number {
  const full = Math.min(MOST_WAIT_MS, firstWaitMs * 2 ** Math.min(tries - 1, 20));
  return full * (0.5 + Math.random() / 2);
}

/**
 * Makes a call until it succeeds, fails for good, or patience ends. Only for calls that may be made twice.
 * @throws LogUnavailableError when patience ended; whatever the call threw when it failed for good.
 */
export async function persistently<T>(what: string, patience: Patience, call: () => Promise<T>): Promise<T> {
  const end = Date.now() + patience.retryForMs;
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!isTransient(error)) throw error;
      const pause = backoff(tries, patience.firstWaitMs);
      if (Date.now() + pause > end || patience.signal.aborted) throw unavailable(what, error);
      await wait(pause, undefined, { signal: patience.signal }).catch(() => undefined);
    }
  }
}

/** Lets so many through at once; the others wait in order. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
