import { type DayWindow, parseDay } from '@perennial/analytics';
import { parseInstant } from '@perennial/membership';
import { invalidField } from '../problems/problem.js';

/** UTC ms; null = now. @throws Problem */
export function asOfOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const asOf = parseInstant(text);
  if (!Number.isNaN(asOf)) return asOf;
  throw invalidField('asOf', 'must be an ISO 8601 instant with a zone, such as 2025-01-31T08:00:00.000Z');
}

/** Null = all time. @throws Problem when only one end is given, one is no day, or it ends before it starts. */
export function windowOf({ from, to }: { from?: string; to?: string }): DayWindow | null {
  if (from === undefined && to === undefined) return null;
  const window = { from: dayOf('from', from), to: dayOf('to', to) };
  if (window.from >= window.to) throw invalidField('to', 'must be a day after from');
  return window;
}

function dayOf(field: 'from' | 'to', text: string | undefined): number {
  if (text === undefined) throw invalidField(field, 'must be given: a window has both ends');
  const day = parseDay(text);
  if (Number.isNaN(day)) throw invalidField(field, 'must be a day, such as 2025-01-31');
  return day;
}

/** Where a list of buyers goes on: as of the same instant, after a customer. */
export interface RfmPlace {
  asOf: number;
  after: string;
}

export function encodeRfmCursor({ asOf, after }: RfmPlace): string {
  return Buffer.from(JSON.stringify([asOf, after])).toString('base64url');
}

/** @throws Problem */
export function decodeRfmCursor(cursor: string): RfmPlace {
  const place = parsed(cursor);
  if (Array.isArray(place) && place.length === 2) {
    const [asOf, after] = place as unknown[];
    if (Number.isSafeInteger(asOf) && typeof after === 'string') return { asOf: asOf as number, after };
  }
  throw invalidField('cursor', 'must be a nextCursor of this list');
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}
