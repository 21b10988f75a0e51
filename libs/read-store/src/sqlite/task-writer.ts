import type Database from 'better-sqlite3';
import type { MemberTasks, TaskRow } from '../port.js';
import { FIRST_OF_WORK, TASK_COLUMNS, taskValues } from '../queries/task-columns.js';

type Value = string | number | null;

/** The columns that never change come first. */
const KEYS = 2;
const CHANGING = TASK_COLUMNS.slice(KEYS);
/** Where the id is in a row, and the ordinal behind it. */
const ID = TASK_COLUMNS.indexOf('id');
const ORDINAL = TASK_COLUMNS.length;
/** The columns of a row whose others are null, and those others. */
const SHORT = TASK_COLUMNS.slice(0, FIRST_OF_WORK);
const REST = TASK_COLUMNS.slice(FIRST_OF_WORK).map(() => null);
/** Short rows that one statement inserts: half the time of one by one. */
const TOGETHER = 16;

/** Writes the tasks of members; what is there already stays untouched, and with it the indexes. */
export class TaskWriter {
  readonly #stored: Database.Statement<[string], Value[]>;
  readonly #insert: Database.Statement<[Value[]]>;
  readonly #insertTogether: Database.Statement<[Value[]]>;
  readonly #update: Database.Statement<[Value[]]>;
  readonly #remove: Database.Statement<[Value]>;
  /** Values of short rows that wait to be inserted together. */
  #waiting: Value[] = [];

  constructor(db: Database.Database) {
    this.#stored = db
      .prepare<[string], Value[]>(`SELECT ${TASK_COLUMNS.join()}, ordinal FROM tasks WHERE customer_id = ?`)
      .raw();
    this.#insert = db.prepare<[Value[]]>(inserting(1, TASK_COLUMNS));
    this.#insertTogether = db.prepare<[Value[]]>(inserting(TOGETHER, SHORT));
    this.#update = db.prepare<[Value[]]>(
      `UPDATE tasks SET (${CHANGING.join()}) = (${CHANGING.map(() => '?').join()}) WHERE ordinal = ?`,
    );
    this.#remove = db.prepare('DELETE FROM tasks WHERE ordinal = ?');
  }

  /** Makes these all the tasks of these members. */
  replace(members: readonly MemberTasks[]): void {
    this.#waiting = [];
    for (const { customerId, tasks } of members) {
      const stored = this.#stored.all(customerId);
      if (stored.length > 0) this.#replaceOf(stored, tasks);
      else for (const task of tasks) this.#add(taskValues(task));
    }
    for (let i = 0; i < this.#waiting.length; i += SHORT.length) {
      this.#insert.run([...this.#waiting.slice(i, i + SHORT.length), ...REST]);
    }
  }

  #replaceOf(rows: readonly Value[][], tasks: readonly TaskRow[]): void {
    const stored = new Map(rows.map((row) => [row[ID], row]));
    for (const task of tasks) {
      const values = taskValues(task);
      const before = stored.get(task.id);
      stored.delete(task.id);
      if (before === undefined) this.#add(values);
      else if (!isSame(values, before)) this.#update.run([...values.slice(KEYS), before[ORDINAL]]);
    }
    for (const row of stored.values()) this.#remove.run(row[ORDINAL]);
  }

  #add(values: Value[]): void {
    for (let i = SHORT.length; i < values.length; i++) if (values[i] !== null) return void this.#insert.run(values);
    for (let i = 0; i < SHORT.length; i++) this.#waiting.push(values[i]);
    if (this.#waiting.length < TOGETHER * SHORT.length) return;
    this.#insertTogether.run(this.#waiting);
    this.#waiting.length = 0;
  }
}

function inserting(rows: number, columns: readonly string[]): string {
  const row = `(${columns.map(() => '?').join()})`;
  return `INSERT INTO tasks (${columns.join()}) VALUES ${Array(rows).fill(row).join()}`;
}

function isSame(a: readonly Value[], b: readonly Value[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
