import type { EventLog } from '@perennial/event-log';

/** The read store was made from another log than the one that is to be projected. */
export class OtherLogError extends Error {
  override readonly name = 'OtherLogError';
}

/**
 * Positions mean something in one log only: after a log was copied, its read store would go on at a place that is
 * another one there, or wait for ever behind its end.
 * @param position up to which the read store was made.
 * @throws OtherLogError
 */
export async function requireSameLog(log: EventLog, position: number): Promise<void> {
  if (position === 0 || (await log.recordAt(position)) !== null) return;
  throw new OtherLogError(
    `The read store was made up to position ${position}, where this log has no record: it belongs to another log, or to ` +
      'a later state of this one. If the log is the right one (it was copied or restored), make the read store anew with ' +
      '`perennial rebuild`.',
  );
}
