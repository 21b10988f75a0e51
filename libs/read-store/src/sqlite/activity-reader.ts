import type Database from 'better-sqlite3';
import type { ActivityPage, ActivityRow } from '../port.js';

type RawActivity = [customerId: string, now: number, due: number | null, version: number, snapshot: string | null];

const COLUMNS = 'customer_id, now, due, version, snapshot';

/** Activities, as bare arrays: everybody's are read at once. */
export class ActivityReader {
  readonly #one: Database.Statement<[string], RawActivity>;
  readonly #after: Database.Statement<[number, number], [...RawActivity, mark: number]>;

  constructor(db: Database.Database) {
    const after = `SELECT ${COLUMNS}, mark FROM member_activity WHERE mark > ? ORDER BY mark LIMIT ?`;
    this.#one = db.prepare<[string], RawActivity>(`SELECT ${COLUMNS} FROM member_activity WHERE customer_id = ?`).raw();
    this.#after = db.prepare<[number, number], [...RawActivity, number]>(after).raw();
  }

  one(customerId: string): ActivityRow | null {
    const raw = this.#one.get(customerId);
    const row = raw ? rowOf(raw) : null;
    return row === null || 'removed' in row ? null : row;
  }

  after(mark: number, limit: number): ActivityPage {
    const found = this.#after.all(mark, limit);
    const last = found.at(-1);
    return {
      rows: found.map(([customerId, now, due, version, snapshot]) => rowOf([customerId, now, due, version, snapshot])),
      mark: last ? last[5] : mark,
    };
  }
}

function rowOf([customerId, now, due, version, snapshot]: RawActivity): ActivityPage['rows'][number] {
  return snapshot === null ? { customerId, removed: true } : { customerId, now, due, version, snapshot };
}
