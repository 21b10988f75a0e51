import { InvalidCursorError, type MemberRow, type MemberSort } from '../port.js';
import { MEMBER_ORDERS } from './member-order.js';

/** The last row of a page, in its order: the next page begins after it, whatever was written since. */
export interface Place {
  value: number | null;
  customerId: string;
}

export function encodeCursor(sort: MemberSort, last: MemberRow): string {
  const place = [sort, MEMBER_ORDERS[sort].valueOf(last), last.customerId];
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws InvalidCursorError when it is none, or one of a list in another order. */
export function decodeCursor(sort: MemberSort, cursor: string): Place {
  const place = parse(cursor);
  if (!Array.isArray(place) || place.length !== 3) throw new InvalidCursorError('This is no cursor of a member list');
  const [sortedBy, value, customerId] = place as unknown[];
  if (sortedBy !== sort) throw new InvalidCursorError(`The cursor is of a list in another order than ${sort}`);
  const { column, nullable } = MEMBER_ORDERS[sort];
  const fits = value === null ? nullable : column !== null && Number.isSafeInteger(value);
  if (!fits || typeof customerId !== 'string') throw new InvalidCursorError('This is no cursor of a member list');
  return { value: value as number | null, customerId };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}
