import type { Statement } from './bulk.js';
import type { CompiledQueries } from './compiled-queries.js';

/** How many marks before the last one a writer that is under way may have begun at. */
const REACH = 2 ** 30;
const MODULUS = 2 ** 31;

/** Where marks stand. */
export interface Marks {
  /** The last one that was given. */
  last: number;
  /** Those up to here are written, or never will be. */
  certain: number;
}

/**
 * The marks of activities: numbers of a sequence. Transactions that write at once end in another order than that of
 * their marks, so a reader who sees a mark may not have seen all before it. Therefore each writer holds, until it ends, a
 * lock that bears the last mark given before its own: `(table, mark modulo 2³¹)`, shared, so that it keeps nobody
 * waiting. Unlike transaction ids, none of it depends on what else goes on in the server.
 */
export class ActivityMarks {
  readonly sequence: string;
  /** To be done before the first mark is taken. */
  readonly announcement: Statement;
  readonly #look: string;

  constructor(private readonly queries: CompiledQueries) {
    this.sequence = queries.table('activity_marks');
    const table = `'${queries.table('member_activity')}'::regclass::oid`;
    this.announcement = [
      `SELECT pg_advisory_xact_lock_shared(${table}::integer, (last_value % ${MODULUS})::integer) FROM ${this.sequence}`,
    ];
    this.#look = `WITH marks AS MATERIALIZED (SELECT last_value AS last FROM ${this.sequence})
      SELECT last, last - coalesce((
        SELECT max(behind) FROM (
          SELECT (last + ${MODULUS} - objid::bigint) % ${MODULUS} AS behind FROM pg_locks
          WHERE locktype = 'advisory' AND classid = ${table} AND objsubid = 2
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        ) AS writers WHERE behind < ${REACH}
      ), 0) AS certain FROM marks`;
  }

  /** What is read after this sees everything up to `certain`. */
  async look(): Promise<Marks> {
    return (await this.queries.rows<Marks>(this.#look))[0];
  }
}
