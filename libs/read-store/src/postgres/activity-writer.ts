import type { ActivityRow } from '../port.js';
import type { ActivityMarks } from './activity-marks.js';
import { type Column, inPieces, lastOfEach, names, type Statement, text, unnested, whole } from './bulk.js';
import type { CompiledQueries } from './compiled-queries.js';

type Written = Omit<ActivityRow, 'snapshot'> & { snapshot: string | null };

const COLUMNS: readonly Column<Written>[] = [
  text('customer_id', (row) => row.customerId),
  whole('now', (row) => row.now),
  whole('due', (row) => row.due),
  whole('version', (row) => row.version),
  text('snapshot', (row) => row.snapshot),
];

/** Writes activities; whatever is written gets a new mark. */
export class ActivityWriter {
  readonly #put: string;

  constructor(
    queries: CompiledQueries,
    private readonly marks: ActivityMarks,
  ) {
    const columns = ['mark', ...COLUMNS.map(({ name }) => name)];
    this.#put =
      `INSERT INTO ${queries.table('member_activity')} (${columns.join()}) ` +
      `SELECT nextval('${marks.sequence}'), ${names(COLUMNS)} FROM ${unnested(COLUMNS, 'r')} ` +
      `ON CONFLICT (customer_id) DO UPDATE SET (${columns.join()}) = (${columns.map((name) => `excluded.${name}`).join()})`;
  }

  /** The removed leave word of it for who read their activity before. */
  *write(activities: readonly ActivityRow[], removed: readonly string[]): Generator<Statement> {
    const gone = removed.map((customerId) => ({ customerId, now: 0, due: null, version: 0, snapshot: null }));
    const rows = lastOfEach<Written>([...activities, ...gone], (row) => row.customerId);
    if (rows.length === 0) return;
    yield this.marks.announcement;
    yield* inPieces(this.#put, COLUMNS, rows);
  }
}
