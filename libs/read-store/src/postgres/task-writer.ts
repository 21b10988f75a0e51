import { type Query, textArray } from '@perennial/postgres';
import type { MemberTasks } from '../port.js';
import { TASK_COLUMNS, taskValues } from '../queries/task-columns.js';
import { type Column, inPieces, insertion, type Statement, unnested, whole } from './bulk.js';
import type { CompiledQueries } from './compiled-queries.js';
import { storable } from './text.js';

type Value = string | number | null;
/** The values of TASK_COLUMNS, and behind them, of a task that is stored, the ordinal. */
type Values = readonly Value[];
type Stored = Record<(typeof TASK_COLUMNS)[number] | 'ordinal', Value>;

const TEXTS: ReadonlySet<string> = new Set(['customer_id', 'id', 'step', 'state', 'reason', 'assignee', 'reasons']);
const COLUMNS: readonly Column<Values>[] = TASK_COLUMNS.map((name, i) => ({
  name,
  type: TEXTS.has(name) ? 'text' : 'bigint',
  of: (row) => row[i],
}));
const CUSTOMER = TASK_COLUMNS.indexOf('customer_id');
const ID = TASK_COLUMNS.indexOf('id');
const ORDINAL = whole<Values>('ordinal', (row) => row[TASK_COLUMNS.length] as number);
/** The columns that never change come first. */
const CHANGING = COLUMNS.slice(2);
const REPLACEMENT = [...CHANGING, ORDINAL];
/** Texts of people, which may hold anything. */
const FREE = [TASK_COLUMNS.indexOf('reason'), TASK_COLUMNS.indexOf('assignee')];

/** Writes the tasks of members; what is there already stays untouched, and with it the indexes. */
export class TaskWriter {
  readonly #stored: string;
  readonly #insert: string;
  readonly #update: string;
  readonly #remove: string;

  constructor(queries: CompiledQueries) {
    const table = queries.table('tasks');
    const changing = CHANGING.map(({ name }) => name);
    this.#stored = `SELECT ${TASK_COLUMNS.join()}, ordinal FROM ${table} WHERE customer_id = ANY ($1::text[])`;
    this.#insert = insertion(table, COLUMNS);
    this.#update =
      `UPDATE ${table} AS t SET (${changing.join()}) = (${changing.map((name) => `r.${name}`).join()}) ` +
      `FROM ${unnested(REPLACEMENT, 'r')} WHERE t.ordinal = r.ordinal`;
    this.#remove = `DELETE FROM ${table} WHERE ordinal = ANY ($1::bigint[])`;
  }

  /** What is stored of these members. */
  stored(query: Query, customerIds: readonly string[]): Promise<Stored[]> {
    return query<Stored>(this.#stored, [textArray(customerIds)], true);
  }

  /** Makes these all the tasks of these members, of whom this is stored. */
  *replace(members: readonly MemberTasks[], stored: readonly Stored[]): Generator<Statement> {
    const before = new Map(stored.map((row) => [key(row.customer_id, row.id), valuesOf(row)]));
    const added: Values[] = [];
    const changed: Values[] = [];
    for (const { tasks } of members) {
      for (const task of tasks) {
        const values: Value[] = taskValues(task);
        for (const i of FREE) if (values[i] !== null) values[i] = storable(values[i] as string);
        const id = key(values[CUSTOMER], values[ID]);
        const was = before.get(id);
        before.delete(id);
        if (was === undefined) added.push(values);
        else if (!isSame(values, was)) changed.push([...values, was[values.length]]);
      }
    }
    const gone = [...before.values()];
    yield* inPieces(this.#remove, [ORDINAL], gone);
    yield* inPieces(this.#update, REPLACEMENT, changed);
    yield* inPieces(this.#insert, COLUMNS, added);
  }
}

/** No id has a space in it. */
function key(customerId: Value, id: Value): string {
  return `${customerId} ${id}`;
}

function valuesOf(row: Stored): Values {
  return [...TASK_COLUMNS.map((name) => row[name]), row.ordinal];
}

function isSame(values: Values, before: Values): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== before[i]) return false;
  return true;
}
