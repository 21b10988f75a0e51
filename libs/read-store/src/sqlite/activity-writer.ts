import type Database from 'better-sqlite3';
import type { ActivityRow } from '../port.js';

type Columns = [customerId: string, now: number, due: number | null, version: number, snapshot: string | null];

/** Writes activities; whatever is written gets a new mark. */
export class ActivityWriter {
  readonly #put: Database.Statement<Columns>;

  constructor(db: Database.Database) {
    this.#put = db.prepare(
      'INSERT OR REPLACE INTO member_activity (customer_id, now, due, version, snapshot) VALUES (?, ?, ?, ?, ?)',
    );
  }

  put({ customerId, now, due, version, snapshot }: ActivityRow): void {
    this.#put.run(customerId, now, due, version, snapshot);
  }

  /** Leaves word of it for who read the activity before. */
  remove(customerId: string): void {
    this.#put.run(customerId, 0, null, 0, null);
  }
}
