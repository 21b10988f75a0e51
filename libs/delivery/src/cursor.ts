import { compareIds } from '@perennial/membership';
import type { ChangePlace } from '@perennial/read-store';

/** The text is no cursor of the feed. */
export class InvalidFeedCursorError extends Error {}

/** Cursors are kept by subscribers for ever: a new form gets a new number, and the old ones are read on. */
const FORM = 1;

/**
 * A place in the feed as subscribers keep it. It names a place in the log, so it is good after restarts and rebuilds.
 */
export function encodeFeedCursor({ position, customerId, ordinal }: ChangePlace): string {
  return Buffer.from(JSON.stringify([FORM, position, customerId, ordinal])).toString('base64url');
}

/** @throws InvalidFeedCursorError */
export function decodeFeedCursor(cursor: string): ChangePlace {
  const [form, position, customerId, ordinal, ...more] = parts(cursor);
  const sound =
    form === FORM &&
    Number.isSafeInteger(position) &&
    typeof customerId === 'string' &&
    Number.isSafeInteger(ordinal) &&
    more.length === 0;
  if (!sound) throw new InvalidFeedCursorError('This is no cursor of the feed of changes');
  return { position: position as number, customerId, ordinal: ordinal as number };
}

/** The place after everything up to a position, and before what comes after it. */
export function endOf(position: number): ChangePlace {
  return { position: position + 1, customerId: '', ordinal: -1 };
}

/** The later of two places; null = before everything. */
export function later(a: ChangePlace | null, b: ChangePlace): ChangePlace {
  if (a === null) return b;
  return comparePlaces(a, b) > 0 ? a : b;
}

/** The order of the feed. */
export function comparePlaces(a: ChangePlace, b: ChangePlace): number {
  return a.position - b.position || compareIds(a.customerId, b.customerId) || a.ordinal - b.ordinal;
}

function parts(cursor: string): unknown[] {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(place) ? place : [];
  } catch {
    return [];
  }
}
