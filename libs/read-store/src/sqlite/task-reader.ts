import type Database from 'better-sqlite3';
import type { Page, TaskPlace, TaskQuery, TaskRow } from '../port.js';
import { pageSize } from '../queries/member-page.js';
import { toTaskRow } from '../queries/task-columns.js';
import { taskById, taskPage, taskPageOf, taskScan } from '../queries/task-page.js';
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
    return taskPageOf(this.#stretches(query, pageSize(query.limit) + 1), query);
  }

  scanTasks(after: TaskPlace | null, limit: number): TaskRow[] {
    return this.queries.all(taskScan(SQL, after, limit)).map(toTaskRow);
  }
}
