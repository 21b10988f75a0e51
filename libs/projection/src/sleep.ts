import { setTimeout as wait } from 'node:timers/promises';

/** Waits some milliseconds, or until the signal is aborted; never rejects. Simulations bring a time of their own. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export const sleep: Sleep = (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined);
