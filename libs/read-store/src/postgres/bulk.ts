import { bigintArray, type Query, textArray } from '@perennial/postgres';

/** A statement and its parameters, as they are stored. */
export type Statement = readonly [text: string, values?: readonly unknown[]];

/** A column and what a row has there. */
export interface Column<Row> {
  name: string;
  type: 'text' | 'bigint';
  of: (row: Row) => string | number | null;
}

export function text<Row>(name: string, of: (row: Row) => string | null): Column<Row> {
  return { name, type: 'text', of };
}

export function whole<Row>(name: string, of: (row: Row) => number | null): Column<Row> {
  return { name, type: 'bigint', of };
}

export function names(columns: readonly { name: string }[]): string {
  return columns.map(({ name }) => name).join();
}

/** Rows as a table in a statement: each column is one parameter, so the statement is the same for one row or thousands. */
export function unnested(columns: readonly Column<never>[], as: string): string {
  const arrays = columns.map(({ type }, i) => `$${i + 1}::${type}[]`);
  return `unnest(${arrays.join()}) AS ${as} (${names(columns)})`;
}

/**
 * How many rows go into one statement. More take the server several times as long for each: beyond some megabytes it puts
 * the arrays on its disk first.
 */
const TOGETHER = 250;

/** One statement, as often as it takes for all of these rows; its parameters are those of `unnested`. */
export function* inPieces<Row>(
  sql: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Generator<Statement> {
  for (let i = 0; i < rows.length; i += TOGETHER) yield [sql, arraysOf(columns, rows.slice(i, i + TOGETHER))];
}

function arraysOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Buffer[] {
  return columns.map(({ type, of }) =>
    type === 'text'
      ? textArray(rows.map((row) => of(row) as string | null))
      : bigintArray(rows.map((row) => of(row) as number | null)),
  );
}

export function insertion(table: string, columns: readonly Column<never>[]): string {
  return `INSERT INTO ${table} AS t (${names(columns)}) SELECT ${names(columns)} FROM ${unnested(columns, 'r')}`;
}

/** @param key the first column; what follows it is written over where something of it differs. */
export function upsert(table: string, columns: readonly Column<never>[]): string {
  const [key, ...rest] = columns.map(({ name }) => name);
  const excluded = rest.map((name) => `excluded.${name}`).join();
  return (
    `${insertion(table, columns)} ON CONFLICT (${key}) DO UPDATE SET (${rest.join()}) = (${excluded}) ` +
    `WHERE (${rest.map((name) => `t.${name}`).join()}) IS DISTINCT FROM (${excluded})`
  );
}

/** The last of the rows of each key, where it came last. */
export function lastOfEach<Row>(rows: readonly Row[], keyOf: (row: Row) => string): readonly Row[] {
  const last = new Map<string, Row>();
  for (const row of rows) last.set(keyOf(row), row);
  return last.size === rows.length ? rows : [...last.values()];
}

/**
 * Runs them one after the other, in one round trip: the server is at work on the first while the rows of the next are put
 * into their form.
 */
export async function runAll(query: Query, statements: Iterable<Statement>): Promise<void> {
  const running: Promise<object[]>[] = [];
  try {
    for (const [text, values] of statements) running.push(query(text, values, true));
  } finally {
    // Also when the rows of a later one cannot be put into their form: nobody else hears of those that run.
    await Promise.allSettled(running);
  }
  await Promise.all(running);
}
