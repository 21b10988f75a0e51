import { chmodSync, existsSync } from 'node:fs';
import Database from 'better-sqlite3';

/** `PKEY`: tells this file from any other SQLite database. */
const APPLICATION_ID = 0x504b4559;
const FORMAT_VERSION = 1;
/** How long a call waits for another process that is writing, milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * Rows of `keys` are numbered as they come and never change their size: so none is ever moved to another page, and what
 * is overwritten was the only copy. The id stands in an index of its own.
 */
const TABLES = `
  CREATE TABLE keys (
    number      INTEGER PRIMARY KEY,
    customer_id TEXT    NOT NULL,
    wrapped     BLOB    NOT NULL,
    destroyed   INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX keys_by_customer ON keys (customer_id);
  CREATE INDEX destroyed_keys ON keys (customer_id) WHERE destroyed = 1;
  CREATE TABLE erased (customer_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/** @throws Error that says what the file is, when it does not hold keys or is of a newer version. */
export function openDatabase(path: string): Database.Database {
  const isNew = !existsSync(path);
  const db = new Database(path, { timeout: TIMEOUT_MS });
  try {
    if (isNew) chmodSync(path, 0o600);
    db.pragma('journal_mode = WAL');
    // A key must be on the disk before a fact that only it can open.
    db.pragma('synchronous = FULL');
    db.pragma('secure_delete = ON');
    db.transaction(() => createIfEmpty(db)).immediate();
    requireKnownFormat(db, path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function createIfEmpty(db: Database.Database): void {
  const { tables } = db.prepare<[], { tables: number }>('SELECT count(*) AS tables FROM sqlite_schema').get()!;
  if (tables > 0) return;
  db.exec(TABLES);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${FORMAT_VERSION}`);
}

function requireKnownFormat(db: Database.Database, path: string): void {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new Error(`${path} does not hold the keys of Perennial's customers; name another data directory`);
  }
  const version = db.pragma('user_version', { simple: true });
  if (version !== FORMAT_VERSION) {
    throw new Error(
      `${path} has format ${String(version)}; this program knows format ${FORMAT_VERSION}. ` +
        'Start the newer program that wrote it.',
    );
  }
}
