import { compareIds } from '@perennial/membership';
import type Database from 'better-sqlite3';
import type { Page, TaskPlace, TaskQuery, TaskRow } from '../port.js';
import { pageSize } from '../queries/member-page.js';
import { rankOf, toTaskRow } from '../queries/task-columns.js';
import { encodeTaskCursor } from '../queries/task-cursor.js';
import { taskById, taskPage, taskScan } from '../queries/task-page.js';
import { type CompiledQueries, SQL } from './compiled-queries.js';

/** Reads of tasks. */
export class TaskReader {
  readonly #stretches: Database.Transaction<(query: TaskQuery, limit: number) => TaskRow[]>;

  constructor(
    db: Database.Database,
    private readonly queries: CompiledQueries,
  ) {
    // The queries of one page see one instant.
    this.#stretches = db.transaction((query: TaskQuery, limit: number) =>
      taskPage(SQL, query, limit).flatMap((stretch) => this.queries.all(stretch).map(toTaskRow)),
    );
  }

  task(id: string): TaskRow | null {
    const [record] = this.queries.all(taskById(SQL, id));
    return record ? toTaskRow(record) : null;
  }

  /** @throws RangeError, InvalidCursorError */
  listTasks(query: TaskQuery): Page<TaskRow> {
    const size = pageSize(query.limit);
    const sort = query.sort ?? 'priority';
    const rows = this.#stretches(query, size + 1).sort(sort === 'priority' ? byRank : byDueAt);
    const items = rows.slice(0, size);
    return { items, nextCursor: rows.length > size ? encodeTaskCursor(sort, items[size - 1]) : null };
  }

  scanTasks(after: TaskPlace | null, limit: number): TaskRow[] {
    return this.queries.all(taskScan(SQL, after, limit)).map(toTaskRow);
  }
}

function byRank(a: TaskRow, b: TaskRow): number {
  return rankOf(a) - rankOf(b) || byDueAt(a, b);
}

function byDueAt(a: TaskRow, b: TaskRow): number {
  return a.dueAt - b.dueAt || compareIds(a.id, b.id) || compareIds(a.customerId, b.customerId);
}
