import { setTimeout as sleep } from 'node:timers/promises';
import type { ActivityPage, ActivityRow } from '../port.js';
import type { ActivityMarks } from './activity-marks.js';
import type { CompiledQueries } from './compiled-queries.js';

interface Stored {
  customerId: string;
  now: number;
  due: number | null;
  version: number;
  snapshot: string | null;
}

const COLUMNS = 'customer_id AS "customerId", now, due, version, snapshot';
/** How often is looked whether a writer has ended, and for how long altogether, milliseconds. */
const LOOK_AGAIN_MS = 2;
const PATIENCE_MS = 1_000;

/** Activities: everybody's are read at once. */
export class ActivityReader {
  readonly #one: string;
  readonly #after: string;

  constructor(
    private readonly queries: CompiledQueries,
    private readonly marks: ActivityMarks,
  ) {
    const table = queries.table('member_activity');
    this.#one = `SELECT ${COLUMNS} FROM ${table} WHERE customer_id = $1`;
    this.#after = `SELECT mark, ${COLUMNS} FROM ${table} WHERE mark > $1 AND mark <= $2 ORDER BY mark LIMIT $3`;
  }

  async one(customerId: string): Promise<ActivityRow | null> {
    const [stored] = await this.queries.rows<Stored>(this.#one, [customerId]);
    const row = stored ? rowOf(stored) : null;
    return row === null || 'removed' in row ? null : row;
  }

  /**
   * Everything that was committed before the call is in this page or in one that follows. What is behind the mark of a
   * writer that is still under way waits for its end; or, when it takes too long, is left for the next time.
   */
  async after(mark: number, limit: number): Promise<ActivityPage> {
    const deadline = performance.now() + PATIENCE_MS;
    const { last, certain: atFirst } = await this.marks.look();
    let certain = atFirst;
    for (;;) {
      const found = await this.queries.rows<Stored & { mark: number }>(this.#after, [mark, last, limit]);
      const isCertain = found.length === 0 || found[found.length - 1].mark <= certain;
      if (isCertain) return pageOf(found, mark);
      if (performance.now() > deadline)
        return pageOf(
          found.filter((row) => row.mark <= certain),
          mark,
        );
      await sleep(LOOK_AGAIN_MS);
      ({ certain } = await this.marks.look());
    }
  }
}

function pageOf(found: readonly (Stored & { mark: number })[], mark: number): ActivityPage {
  return { rows: found.map(rowOf), mark: found.at(-1)?.mark ?? mark };
}

function rowOf({ customerId, now, due, version, snapshot }: Stored): ActivityPage['rows'][number] {
  return snapshot === null ? { customerId, removed: true } : { customerId, now, due, version, snapshot };
}
