import type { LogRecord } from '@perennial/event-log';

/** Records younger than this are projected at leisure, milliseconds. */
const FRESH_MS = 3_000;
const REST = {
  /** For each millisecond of work. */
  msForEach: 4,
  mostMs: 2_000,
};

/**
 * How long a projector rests behind a batch, milliseconds. While many facts come in it takes them in fewer, larger
 * batches, which cost less each, and leaves processors to those who wait for an answer. Whoever is further behind than a
 * fresh record may be does not rest.
 * @param tookMs how long projecting the batch took.
 * @param now UTC milliseconds.
 */
export function restAfter(batch: readonly LogRecord[], tookMs: number, now: number): number {
  // Who recorded it may have a clock that is ahead: then nobody knows how far behind this is.
  const behindMs = Math.abs(now - batch[batch.length - 1].recordedAt);
  return behindMs < FRESH_MS ? Math.min(REST.msForEach * tookMs, REST.mostMs) : 0;
}
