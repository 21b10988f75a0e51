import type { Page, TaskPlace, TaskQuery, TaskRow } from '../port.js';
import { pageSize } from '../queries/member-page.js';
import { toTaskRow } from '../queries/task-columns.js';
import { taskById, taskPage, taskPageOf, taskScan } from '../queries/task-page.js';
import type { TasksTable } from '../schema.js';
import type { CompiledQueries } from './compiled-queries.js';
import { restored } from './text.js';

/** Reads of tasks. */
export class TaskReader {
  constructor(private readonly queries: CompiledQueries) {}

  async task(id: string): Promise<TaskRow | null> {
    const [record] = await this.queries.all(taskById(this.queries.sql, id));
    return record ? rowOf(record) : null;
  }

  /** @throws RangeError, InvalidCursorError */
  async listTasks(query: TaskQuery): Promise<Page<TaskRow>> {
    const stretches = taskPage(this.queries.sql, query, pageSize(query.limit) + 1);
    return taskPageOf((await this.queries.allAtOnce(stretches)).map(rowOf), query);
  }

  async scanTasks(after: TaskPlace | null, limit: number): Promise<TaskRow[]> {
    return (await this.queries.all(taskScan(this.queries.sql, after, limit))).map(rowOf);
  }
}

function rowOf(record: Omit<TasksTable, 'ordinal'>): TaskRow {
  const row = toTaskRow(record);
  if (row.reason !== null) row.reason = restored(row.reason);
  if (row.assignee !== null) row.assignee = restored(row.assignee);
  return row;
}
