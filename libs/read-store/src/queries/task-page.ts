import { compareIds, LIVE_TASK_STATES, TASK_STATES, type TaskState } from '@perennial/membership';
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { Page, TaskPlace, TaskQuery, TaskRow } from '../port.js';
import type { Tables } from '../schema.js';
import { pageSize } from './member-page.js';
import { OVER, rankOf, TASK_COLUMNS } from './task-columns.js';
import { decodeTaskCursor, encodeTaskCursor, type TaskEnd } from './task-cursor.js';

type Tasks = SelectQueryBuilder<Tables, 'tasks', object>;

/** A part of the list that one index has in the list's order. */
interface Stretch {
  within: (tasks: Tasks) => Tasks;
  byRank: boolean;
}

/** Literals: by a bound value no partial index is found. */
const WAITING = sql<boolean>`rank <= 100`;
const IS_OVER = sql<boolean>`rank = ${sql.lit(OVER)}`;

/**
 * A page as queries of at most `limit` rows each: those of all of them, put in the order of the list, begin with the page.
 * @throws InvalidCursorError
 */
export function taskPage(db: Kysely<Tables>, query: TaskQuery, limit: number) {
  const byRank = (query.sort ?? 'priority') === 'priority';
  const after = query.cursor === undefined ? null : decodeTaskCursor(query.sort ?? 'priority', query.cursor);
  return stretchesAfter(query, byRank, after).map((stretch) => stretchQuery(db, query, stretch, limit));
}

/** @param rows of the stretches of `taskPage`, each of one more than the page holds, in any order. */
export function taskPageOf(rows: readonly TaskRow[], query: TaskQuery): Page<TaskRow> {
  const size = pageSize(query.limit);
  const sort = query.sort ?? 'priority';
  const items = rows.toSorted(sort === 'priority' ? byRank : byDueAt).slice(0, size);
  return { items, nextCursor: rows.length > size ? encodeTaskCursor(sort, items[size - 1]) : null };
}

function byRank(a: TaskRow, b: TaskRow): number {
  return rankOf(a) - rankOf(b) || byDueAt(a, b);
}

function byDueAt(a: TaskRow, b: TaskRow): number {
  return a.dueAt - b.dueAt || compareIds(a.id, b.id) || compareIds(a.customerId, b.customerId);
}

function stretchesAfter(query: TaskQuery, byRank: boolean, after: TaskEnd | null): Stretch[] {
  const wanted = query.states?.length ? query.states : TASK_STATES;
  if (query.customerId !== undefined) {
    // One customer's are few: their order matters less than that no other is looked at.
    return [{ within: (tasks) => beyond(tasks, byRank, after).where('state', 'in', wanted), byRank }];
  }
  const stretches: Stretch[] = [];
  const waiting = wanted.filter((state) => LIVE_TASK_STATES.has(state));
  const inWaiting = !byRank || after === null || after.rank !== OVER;
  if (waiting.length > 0 && inWaiting) {
    const within = (tasks: Tasks) => beyond(tasks, byRank, after).where(WAITING).where('state', 'in', waiting);
    stretches.push({ within, byRank });
  }
  const past = byRank && inWaiting ? null : after;
  for (const state of wanted.filter((one) => !LIVE_TASK_STATES.has(one))) {
    stretches.push({ within: (tasks) => beyond(overIn(tasks, state), false, past), byRank: false });
  }
  return stretches;
}

function overIn(tasks: Tasks, state: TaskState): Tasks {
  return tasks.where(IS_OVER).where('state', '=', state);
}

function beyond(tasks: Tasks, byRank: boolean, after: TaskEnd | null): Tasks {
  if (after === null) return tasks;
  const { rank, dueAt, id, customerId } = after;
  return tasks.where(
    byRank
      ? sql<boolean>`(rank, due_at, id, customer_id) > (${rank}, ${dueAt}, ${id}, ${customerId})`
      : sql<boolean>`(due_at, id, customer_id) > (${dueAt}, ${id}, ${customerId})`,
  );
}

/** Keys first, from the index alone; rows only of those that may be on the page. */
function stretchQuery(db: Kysely<Tables>, query: TaskQuery, { within, byRank }: Stretch, limit: number) {
  const { step, kind, assignee, customerId } = query;
  const page = within(db.selectFrom('tasks'))
    .select('ordinal')
    .$if(step !== undefined, (tasks) => tasks.where('step', '=', step!))
    .$if(kind !== undefined, (tasks) => tasks.where('step', kind === 'reactivation' ? 'is not' : 'is', null))
    .$if(assignee !== undefined, (tasks) => tasks.where('assignee', assignee === null ? 'is' : '=', assignee!))
    .$if(customerId !== undefined, (tasks) => tasks.where('customer_id', '=', customerId!))
    .$if(byRank, (tasks) => tasks.orderBy('rank'))
    .orderBy('due_at')
    .orderBy('id')
    .orderBy('customer_id')
    .limit(limit);
  return db
    .selectFrom(page.as('page'))
    .innerJoin('tasks as t', 't.ordinal', 'page.ordinal')
    .select(TASK_COLUMNS.map((column) => `t.${column}` as const));
}

/** The task with an id; of several customers' the first. */
export function taskById(db: Kysely<Tables>, id: string) {
  return db.selectFrom('tasks').select(TASK_COLUMNS).where('id', '=', id).orderBy('customer_id').limit(1);
}

/** Tasks in order of customerId, then id, after a place. */
export function taskScan(db: Kysely<Tables>, after: TaskPlace | null, limit: number) {
  return db
    .selectFrom('tasks')
    .select(TASK_COLUMNS)
    .$if(after !== null, (tasks) => tasks.where(sql<boolean>`(customer_id, id) > (${after!.customerId}, ${after!.id})`))
    .orderBy('customer_id')
    .orderBy('id')
    .limit(limit);
}
