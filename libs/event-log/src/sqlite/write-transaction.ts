import type Database from 'better-sqlite3';
import { hasSqliteCode } from './sqlite-error.js';

/** How long a read may wait for another process that recovers the file, milliseconds. */
const READ_TIMEOUT_MS = 5_000;
/** How long one try to get the write lock may hold up the event loop, milliseconds. */
const LOCK_TRY_MS = 10;

/** The one write transaction that a connection may have open. */
export class WriteTransaction {
  readonly #begin: Database.Statement<[], unknown>;
  readonly #commit: Database.Statement<[], unknown>;
  readonly #rollback: Database.Statement<[], unknown>;
  readonly #dataVersion: Database.Statement<[], number>;
  #version: number;

  constructor(
    private readonly db: Database.Database,
    private readonly onForeignWrite: () => void,
    private readonly onRollback: () => void,
  ) {
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
    this.#dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
    this.#version = this.#dataVersion.get()!;
    db.pragma(`busy_timeout = ${READ_TIMEOUT_MS}`);
  }

  /** Takes the write lock; false when another connection has it now. */
  begin(): boolean {
    this.db.pragma(`busy_timeout = ${LOCK_TRY_MS}`);
    try {
      this.#begin.run();
    } catch (error) {
      if (hasSqliteCode(error, 'SQLITE_BUSY')) return false;
      throw error;
    } finally {
      this.db.pragma(`busy_timeout = ${READ_TIMEOUT_MS}`);
    }
    // Under the lock the answer holds until the end of the transaction.
    const version = this.#dataVersion.get()!;
    if (version !== this.#version) {
      this.#version = version;
      this.onForeignWrite();
    }
    return true;
  }

  commit(): void {
    this.#commit.run();
  }

  rollback(): void {
    // SQLite ends the transaction by itself on some errors, such as a full disk.
    if (this.db.inTransaction) this.#rollback.run();
    this.onRollback();
  }
}
