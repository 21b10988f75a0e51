import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { MemberQuery, MemberRow, Page } from '../port.js';
import type { Tables } from '../schema.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { MEMBER_COLUMNS } from './member-columns.js';
import { MEMBER_ORDERS, type MemberOrder } from './member-order.js';

type Members = SelectQueryBuilder<Tables, 'members', object>;

/** A stretch of a list that one index answers from where it begins, without reading what comes before. */
interface Stretch {
  /** What is in it. */
  within: (members: Members) => Members;
  /** Its rows have different values of the column that the list is sorted by. */
  byColumn: boolean;
}

export const DEFAULT_PAGE = 50;
export const MAX_PAGE = 1_000;

/** Leaves out nothing but null. Without a bound SQLite sorts the whole table for the first page. */
const LEAST = Number.MIN_SAFE_INTEGER;

/** How many members a page has. @throws RangeError */
export function pageSize(limit = DEFAULT_PAGE): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE) return limit;
  throw new RangeError(`limit must be an integer from 1 to ${MAX_PAGE}`);
}

/**
 * The rest of a list after its cursor, as queries to be run one after the other until the page is full. The first ends
 * the values equal to the cursor's, then come the values beyond it, then the members without a value.
 * @throws InvalidCursorError
 */
export function memberPage(db: Kysely<Tables>, query: MemberQuery) {
  const sort = query.sort ?? 'customerId';
  const order = MEMBER_ORDERS[sort];
  const stretches = stretchesAfter(order, query.cursor === undefined ? null : decodeCursor(sort, query.cursor));
  return stretches.map((stretch) => (limit: number) => stretchQuery(db, query, order, stretch, limit));
}

/** @param rows of the stretches of `memberPage`: one more than the page holds, if there are more. */
export function memberPageOf(rows: readonly MemberRow[], query: MemberQuery): Page<MemberRow> {
  const size = pageSize(query.limit);
  const items = rows.slice(0, size);
  const nextCursor = rows.length > size ? encodeCursor(query.sort ?? 'customerId', items[size - 1]) : null;
  return { items, nextCursor };
}

function stretchesAfter({ column, descending, nullable }: MemberOrder, after: ReturnType<typeof decodeCursor> | null) {
  if (column === null) return [{ within: afterId(after?.customerId), byColumn: false }];
  const stretches: Stretch[] = [];
  if (after === null) {
    stretches.push({ within: (m) => m.where(column, '>=', LEAST), byColumn: true });
  } else if (after.value !== null) {
    const { value, customerId } = after;
    stretches.push({ within: (m) => afterId(customerId)(m.where(column, '=', value)), byColumn: false });
    stretches.push({ within: (m) => m.where(column, descending ? '<' : '>', value), byColumn: true });
  }
  if (nullable) {
    const id = after?.value === null ? after.customerId : undefined;
    stretches.push({ within: (m) => afterId(id)(m.where(column, 'is', null)), byColumn: false });
  }
  return stretches;
}

function afterId(customerId: string | undefined): Stretch['within'] {
  return (members) => (customerId === undefined ? members : members.where('customer_id', '>', customerId));
}

/** Ids first, from the index alone; rows and states only of those that are on the page. */
function stretchQuery(db: Kysely<Tables>, query: MemberQuery, order: MemberOrder, stretch: Stretch, limit: number) {
  const { tier, stage } = query;
  const column = stretch.byColumn ? order.column : null;
  const direction = order.descending ? 'desc' : 'asc';
  const page = stretch
    .within(db.selectFrom('members'))
    .select('customer_id')
    .$if(tier !== undefined, (members) => members.where('tier', '=', tier!))
    .$if(stage !== undefined, (members) => members.where('stage', '=', stage!))
    .$if(column !== null, (members) => members.orderBy(column!, direction))
    .orderBy('customer_id')
    .limit(limit);
  return db
    .selectFrom(page.as('page'))
    .innerJoin('members as m', 'm.customer_id', 'page.customer_id')
    .innerJoin('member_states as s', 's.customer_id', 'page.customer_id')
    .select(MEMBER_COLUMNS)
    .$if(column !== null, (members) => members.orderBy(`m.${column!}`, direction))
    .orderBy('page.customer_id');
}
