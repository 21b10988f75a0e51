import Database from 'better-sqlite3';

/** `PENG`: tells this file from any other SQLite database. */
const APPLICATION_ID = 0x50454e47;
const FORMAT_VERSION = 1;

const TABLES = `
  CREATE TABLE api_keys (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE answers (
    api_key_id      TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint     TEXT NOT NULL,
    started_at      INTEGER NOT NULL,
    status          INTEGER,
    body            TEXT,
    content_type    TEXT,
    PRIMARY KEY (api_key_id, idempotency_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX answers_by_start ON answers (started_at);
`;

/** @throws Error that says what the file is, when it is not the engine's or one of a newer version. */
export function openDatabase(path: string): Database.Database {
  const db = new Database(path, { timeout: 10_000 });
  try {
    db.pragma('journal_mode = WAL');
    // A crash of the process loses nothing. After a power cut an answer may be missing: the fact ids, which come from
    // the idempotency keys, still keep a command from being carried out twice.
    db.pragma('synchronous = NORMAL');
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
  const version = db.pragma('user_version', { simple: true });
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new Error(`${path} does not hold the keys of a Perennial engine; name another data directory`);
  }
  if (version !== FORMAT_VERSION) {
    throw new Error(
      `${path} has format ${String(version)}; this program knows format ${FORMAT_VERSION}. ` +
        'Start the newer program that wrote it.',
    );
  }
}
