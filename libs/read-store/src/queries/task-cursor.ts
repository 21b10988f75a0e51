import { InvalidCursorError, type TaskRow, type TaskSort } from '../port.js';
import { rankOf } from './task-columns.js';

/** The last task of a page, in its order. */
export interface TaskEnd {
  rank: number;
  dueAt: number;
  id: string;
  customerId: string;
}

export function encodeTaskCursor(sort: TaskSort, last: TaskRow): string {
  const place = [sort, rankOf(last), last.dueAt, last.id, last.customerId];
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws InvalidCursorError when it is none, or one of a list in another order. */
export function decodeTaskCursor(sort: TaskSort, cursor: string): TaskEnd {
  const [sortedBy, rank, dueAt, id, customerId, ...more] = parts(cursor);
  const sound =
    sortedBy === sort &&
    Number.isSafeInteger(rank) &&
    Number.isSafeInteger(dueAt) &&
    typeof id === 'string' &&
    typeof customerId === 'string' &&
    more.length === 0;
  if (!sound) throw new InvalidCursorError(`This is no cursor of a list of tasks by ${sort}`);
  return { rank: rank as number, dueAt: dueAt as number, id, customerId };
}

function parts(cursor: string): unknown[] {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(place) ? place : [];
  } catch {
    return [];
  }
}
