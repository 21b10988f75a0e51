import Database from 'better-sqlite3';
import { hasSqliteCode } from './sqlite-error.js';

/** `PCLM`: tells this file from any other SQLite database. */
const APPLICATION_ID = 0x50434c4d;
const FORMAT_VERSION = 1;
/** How long a call waits for another process that is writing, milliseconds. */
const TIMEOUT_MS = 5_000;
/** Names are spread over the whole table at random: what is in memory need not be read to be changed. */
const CACHE_KIB = 65_536;
/** Write-ahead log of 32 MB before it is written back. */
const CHECKPOINT_PAGES = 8_000;

/**
 * A claim is 16 bytes of name and where its record is; the record itself stays in the log. `taken` is null for the very
 * fact again.
 */
const TABLES = `
  CREATE TABLE claims (
    name     BLOB    PRIMARY KEY,
    position INTEGER NOT NULL,
    previous INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE set_aside (
    position  INTEGER PRIMARY KEY,
    before    INTEGER NOT NULL,
    stream    TEXT    NOT NULL,
    fact_id   TEXT    NOT NULL,
    taken     TEXT,
    key       TEXT,
    stands_as TEXT
  ) STRICT;
  CREATE INDEX set_aside_by_stream ON set_aside (stream, position);
  CREATE INDEX set_aside_by_fact ON set_aside (fact_id);
  CREATE TABLE judged (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    position  INTEGER NOT NULL,
    standing  INTEGER NOT NULL,
    stream    TEXT    NOT NULL,
    record_id TEXT    NOT NULL
  ) STRICT;
  INSERT INTO judged VALUES (1, 0, 0, '', '');
`;

/** @throws Error that says what the file is, when it does not hold claims or is of a newer version. */
export function openClaimsFile(path: string): Database.Database {
  const db = connect(path);
  try {
    // Looked at before anything is set: a file of something else stays as it is.
    if (!isEmpty(db)) requireKnownFormat(db, path);
    db.pragma('journal_mode = WAL');
    // What the power takes away is judged again: it follows from the log.
    db.pragma('synchronous = NORMAL');
    db.pragma(`cache_size = -${CACHE_KIB}`);
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    db.transaction(() => {
      if (!isEmpty(db)) return;
      db.exec(TABLES);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${FORMAT_VERSION}`);
    }).immediate();
    requireKnownFormat(db, path);
    return db;
  } catch (error) {
    db.close();
    if (hasSqliteCode(error, 'SQLITE_NOTADB')) throw notClaims(path, error);
    throw error;
  }
}

function connect(path: string): Database.Database {
  try {
    return new Database(path, { timeout: TIMEOUT_MS });
  } catch (error) {
    throw new Error(`Cannot open the claims ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function isEmpty(db: Database.Database): boolean {
  return db.prepare<[], number>('SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)').pluck().get() === 1;
}

function requireKnownFormat(db: Database.Database, path: string): void {
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw notClaims(path);
  const version = db.pragma('user_version', { simple: true });
  if (version !== FORMAT_VERSION) {
    throw new Error(
      `The claims ${path} have format ${String(version)}; this program knows format ${FORMAT_VERSION}. ` +
        'Start the newer program that made them, or delete the file: the log is then judged again.',
    );
  }
}

function notClaims(path: string, cause?: unknown): Error {
  return new Error(`${path} does not hold the claims of a log of Perennial; name another file`, { cause });
}
