import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { APPLICATION_ID, LIST_INDEXES, MIGRATIONS } from './schema.js';

/** Folded states are around 4 KB: in SQLite's usual pages of 4 KB each would spill over and take two reads. */
const PAGE_BYTES = 8_192;
const CACHE_KIB = 24_576;
/** 64 MB of write-ahead log before it is written back, and what of it stays on the disk afterwards. */
const CHECKPOINT_PAGES = 8_000;
const JOURNAL_LIMIT_BYTES = 67_108_864;
/** How long a statement may wait for another connection, milliseconds. */
const LOCK_TIMEOUT_MS = 10_000;

/**
 * A new file for a generation that is to be filled. Nothing of it survives a crash, so it is filled without
 * write-ahead log and without waiting for the disk. It is locked for as long as it is filled: that is how other
 * processes know that somebody is at it, since the lock ends with the process.
 */
export function createGenerationFile(
  path: string,
  generation: number,
  { projectionVersion, partitions }: { projectionVersion: number; partitions: number },
): Database.Database {
  const db = new Database(path, { timeout: LOCK_TIMEOUT_MS });
  try {
    db.pragma(`page_size = ${PAGE_BYTES}`);
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = MEMORY');
    db.pragma('synchronous = OFF');
    db.pragma(`cache_size = -${CACHE_KIB}`);
    db.transaction(() => {
      db.pragma(`application_id = ${APPLICATION_ID}`);
      migrate(db, MIGRATIONS);
      db.prepare('INSERT INTO meta VALUES (1, ?, ?, NULL)').run(generation, projectionVersion);
      const begin = db.prepare('INSERT INTO checkpoints VALUES (?, 0, 0, 0)');
      for (let partition = 0; partition < partitions; partition++) begin.run(partition);
    })();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Builds the indexes that were left out while filling, and brings the file to the disk; it stays locked. */
export function completeGenerationFile(db: Database.Database): void {
  // A synced commit brings the whole file to the disk, the pages of the earlier ones with it.
  db.pragma('synchronous = FULL');
  db.transaction(() => db.exec(LIST_INDEXES))();
}

/** Lets other connections in. */
export function shareGenerationFile(db: Database.Database): void {
  db.pragma('locking_mode = NORMAL');
  // The lock goes with the first statement in the new mode.
  db.prepare('SELECT 1 FROM meta').get();
  if (db.pragma('journal_mode = WAL', { simple: true }) !== 'wal') {
    throw new Error(`The directory of ${db.name} cannot hold a write-ahead log`);
  }
  setLivePragmas(db);
  // The first read opens the files beside it; later they may be gone, because this generation was superseded.
  db.prepare('SELECT 1 FROM meta').get();
}

/**
 * Opens the file of a generation that is, or was, the live one; an older format is brought up to date.
 * @returns null when the file is not there.
 * @throws Error that says what the file is, when it is no read store or one of a newer version.
 */
export function openGenerationFile(path: string, readonly: boolean): Database.Database | null {
  const db = connect(path, readonly);
  if (db === null) return null;
  try {
    if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw notAReadStore(path);
    if (!readonly) setLivePragmas(db);
    db.pragma(`cache_size = -${CACHE_KIB}`);
    bringUpToDate(db, path, readonly);
    return db;
  } catch (error) {
    db.close();
    if (isUnreadable(error)) throw notAReadStore(path, error);
    throw error;
  }
}

/**
 * Whether a process is filling the file; also true when that cannot be told. One that was being filled when its process
 * died is not locked any more.
 */
export function isBeingFilled(path: string): boolean {
  if (!existsSync(path)) return false;
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { fileMustExist: true, timeout: 0 });
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return !isUnreadable(error);
  } finally {
    db?.close();
  }
}

function connect(path: string, readonly: boolean): Database.Database | null {
  try {
    return new Database(path, { readonly, fileMustExist: true, timeout: LOCK_TIMEOUT_MS });
  } catch (error) {
    if (!existsSync(path)) return null;
    throw new Error(`Cannot open the read store ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function setLivePragmas(db: Database.Database): void {
  // A tail lost with the power takes its checkpoint with it and is projected again.
  db.pragma('synchronous = NORMAL');
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  db.pragma(`journal_size_limit = ${JOURNAL_LIMIT_BYTES}`);
}

function bringUpToDate(db: Database.Database, path: string, readonly: boolean): void {
  const version = formatVersion(db);
  if (version > MIGRATIONS.length) {
    throw new Error(
      `The read store ${path} has format ${version}; this program knows format ${MIGRATIONS.length}. ` +
        'Open it with the newer program that wrote it, or delete it: it is made anew from the log.',
    );
  }
  if (version === MIGRATIONS.length) return;
  if (readonly) {
    throw new Error(
      `The read store ${path} has the old format ${version}; start the engine once to bring it up to date`,
    );
  }
  // Counted again under the lock: another process may be at it.
  db.transaction(() => migrate(db, MIGRATIONS.slice(formatVersion(db)))).immediate();
}

function migrate(db: Database.Database, missing: readonly string[]): void {
  for (const migration of missing) db.exec(migration);
  db.pragma(`user_version = ${MIGRATIONS.length}`);
}

function formatVersion(db: Database.Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/** The file can be opened and nobody has it locked, but there is no database in it. */
function isUnreadable(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'SQLITE_NOTADB' || code?.startsWith('SQLITE_CORRUPT') === true;
}

function notAReadStore(path: string, cause?: unknown): Error {
  return new Error(`${path} is not a read store of Perennial, or is damaged; delete it: it is made anew from the log`, {
    cause,
  });
}
