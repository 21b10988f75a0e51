import Database from 'better-sqlite3';
import { hasSqliteCode } from './sqlite-error.js';

/** `PERN`: tells this file from any other SQLite database. */
const APPLICATION_ID = 0x5045524e;
/** Version of the tables below. A newer one may mean anything, so it is refused. */
const FORMAT_VERSION = 1;

/**
 * Rows stay small: streams, types and sources are numbers here and names beside. `data` is kept as sent.
 * A natural key belongs to the first record that bears it; repetitions of that record have none.
 * No foreign keys: rows are only ever added, by one writer class, and the checks would cost a lookup per number.
 */
const TABLES = `
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE types   (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    position       INTEGER PRIMARY KEY,
    stream         INTEGER NOT NULL,
    revision       INTEGER NOT NULL,
    id             TEXT    NOT NULL UNIQUE,
    type           INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    occurred_at    INTEGER NOT NULL,
    recorded_at    INTEGER NOT NULL,
    source         INTEGER NOT NULL,
    announce       INTEGER NOT NULL,
    data           TEXT    NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE TABLE natural_keys (
    key      TEXT PRIMARY KEY,
    position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** Write-ahead log of 32 MB before it is written back: bulk appends are half as fast again as with SQLite's 4 MB. */
const CHECKPOINT_PAGES = 8_000;
const CACHE_KIB = 32_768;
/** How long opening may wait for another process that is opening or recovering the file, milliseconds. */
const OPENING_TIMEOUT_MS = 10_000;

/**
 * Opens the file, creating it when it is missing and may be written.
 * @throws Error that says what the file is, when it is no event log or one of a newer version.
 */
export function openDatabase(path: string, readonly: boolean): Database.Database {
  const db = connect(path, readonly);
  try {
    // Looked at before anything is set: a file of something else stays as it is.
    if (readonly || !isEmpty(db)) requireKnownFormat(db, path);
    if (!readonly) {
      db.pragma('journal_mode = WAL');
      // A commit is on the disk when it returns; NORMAL would lose the last ones with the power.
      db.pragma('synchronous = FULL');
      db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      // One process creates the tables; another that opens at the same time waits here and finds them.
      db.transaction(() => createIfEmpty(db)).immediate();
      requireKnownFormat(db, path);
    }
    db.pragma(`cache_size = -${CACHE_KIB}`);
    return db;
  } catch (error) {
    db.close();
    if (hasSqliteCode(error, 'SQLITE_NOTADB')) throw notALog(path, error);
    throw error;
  }
}

function connect(path: string, readonly: boolean): Database.Database {
  try {
    return new Database(path, { readonly, fileMustExist: readonly, timeout: OPENING_TIMEOUT_MS });
  } catch (error) {
    throw new Error(`Cannot open the event log ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function isEmpty(db: Database.Database): boolean {
  return db.prepare<[], number>('SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)').pluck().get() === 1;
}

function createIfEmpty(db: Database.Database): void {
  if (!isEmpty(db)) return;
  db.exec(TABLES);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${FORMAT_VERSION}`);
}

function requireKnownFormat(db: Database.Database, path: string): void {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw notALog(path);
  const version = db.pragma('user_version', { simple: true });
  if (version !== FORMAT_VERSION) {
    throw new Error(
      `The event log ${path} has format ${String(version)}; this program knows format ${FORMAT_VERSION}. ` +
        'Open it with the newer program that wrote it.',
    );
  }
}

function notALog(path: string, cause?: unknown): Error {
  return new Error(`${path} is not an event log of Perennial; name another file`, { cause });
}
