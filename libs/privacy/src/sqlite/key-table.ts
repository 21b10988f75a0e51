import type Database from 'better-sqlite3';
import { KeysUnavailableError } from '../errors.js';
import type { ErasuresFound, ErasuresKnown, KeyTable, LogPlace, WrappedKey } from '../key-table.js';
import { openDatabase } from './database.js';

/** Wrapped keys in a SQLite file of their own, which the processes of one machine may share. */
export class SqliteKeyTable implements KeyTable {
  readonly #db: Database.Database;
  readonly #find: Database.Statement<[string], WrappedKey>;
  readonly #add: Database.Statement<[string, Uint8Array]>;
  readonly #destroy: Database.Statement<[string, number, number]>;
  readonly #erase: Database.Statement<[string]>;
  readonly #setting: Database.Statement<[string], string>;
  readonly #set: Database.Statement<[string, string]>;
  readonly #dataVersion: Database.Statement<[], number>;
  #version: number;
  #walIsClean = false;

  /** @param wrappedBytes size of every wrapped key. @throws Error that says what the file is, when it is another one. */
  constructor(
    path: string,
    private readonly wrappedBytes: number,
  ) {
    const db = (this.#db = openDatabase(path));
    this.#find = db
      .prepare<[string], WrappedKey>(
        `SELECT customer_id, wrapped FROM keys
         WHERE customer_id IN (SELECT value FROM json_each(?)) AND destroyed = 0`,
      )
      .raw();
    this.#add = db.prepare(
      'INSERT INTO keys (customer_id, wrapped, destroyed) VALUES (?, ?, 0) ON CONFLICT (customer_id) DO NOTHING',
    );
    // Zeros of the same size are written over the key, in its place.
    this.#destroy = db.prepare(
      `INSERT INTO keys (customer_id, wrapped, destroyed) VALUES (?, zeroblob(?), 1)
       ON CONFLICT (customer_id) DO UPDATE SET wrapped = zeroblob(?), destroyed = 1 WHERE destroyed = 0`,
    );
    this.#erase = db.prepare('INSERT INTO erased (customer_id) VALUES (?) ON CONFLICT DO NOTHING');
    this.#setting = db.prepare<[string], string>('SELECT value FROM settings WHERE name = ?').pluck();
    this.#set = db.prepare(
      'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    );
    this.#dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
    this.#version = this.#dataVersion.get()!;
  }

  changedElsewhere(): Promise<boolean> {
    return answer(() => {
      const version = this.#dataVersion.get()!;
      const changed = version !== this.#version;
      this.#version = version;
      return changed;
    });
  }

  /** Nothing is waited for between the question and the use. */
  isCurrent(): boolean {
    return true;
  }

  find(customerIds: readonly string[]): Promise<WrappedKey[]> {
    return answer(() => (customerIds.length === 0 ? [] : this.#find.all(JSON.stringify(customerIds))));
  }

  add(keys: ReadonlyMap<string, Uint8Array>, masterFingerprint: string): Promise<Set<string> | null> {
    const added = new Set<string>();
    const addAll = this.#db.transaction(() => {
      if ((this.#setting.get('master') ?? masterFingerprint) !== masterFingerprint) return null;
      for (const [customerId, wrapped] of keys) {
        if (wrapped.length !== this.wrappedBytes) throw new TypeError('A wrapped key has another size');
        if (this.#add.run(customerId, wrapped).changes === 1) added.add(customerId);
      }
      this.#set.run('master', masterFingerprint);
      return added;
    });
    return answer(() => addAll.immediate());
  }

  masterFingerprint(): Promise<string | null> {
    return answer(() => this.#setting.get('master') ?? null);
  }

  destroyedIds(): Promise<string[]> {
    const ids = this.#db.prepare<[], string>('SELECT customer_id FROM keys WHERE destroyed = 1').pluck();
    return answer(() => ids.all());
  }

  erasures(): Promise<ErasuresKnown> {
    const ids = this.#db.prepare<[], string>('SELECT customer_id FROM erased').pluck();
    const read = this.#db.transaction(() => ({ erased: ids.all(), place: this.#place() }));
    return answer(() => read());
  }

  /**
   * Afterwards the bytes of those keys are in none of the files.
   * @throws KeysUnavailableError also when another process keeps reading: then they are destroyed, and the files are
   *   cleaned by the next call.
   */
  settle({ erased, destroyed, place }: ErasuresFound): Promise<void> {
    let changes = 0;
    const settleAll = this.#db.transaction(() => {
      for (const customerId of erased) this.#erase.run(customerId);
      for (const customerId of destroyed) {
        changes += this.#destroy.run(customerId, this.wrappedBytes, this.wrappedBytes).changes;
      }
      this.#set.run('place', JSON.stringify(place));
    });
    return answer(() => {
      settleAll.immediate();
      if (changes > 0) this.#walIsClean = false;
      this.#cleanWal();
    });
  }

  close(): Promise<void> {
    return answer(() => void this.#db.close());
  }

  #place(): LogPlace {
    const text = this.#setting.get('place');
    return text === undefined ? { position: 0, recordId: '' } : (JSON.parse(text) as LogPlace);
  }

  /** The write-ahead log holds pages as they were; also those that a crash left. */
  #cleanWal(): void {
    if (this.#walIsClean) return;
    const [{ busy }] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    if (busy !== 0) throw new KeysUnavailableError('Another process keeps reading the keys of customers');
    this.#walIsClean = true;
  }
}

/** Does the work in this turn. What the driver throws becomes what callers know. */
export function answer<T>(work: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    try {
      resolve(work());
    } catch (error) {
      reject(isOfSqlite(error) ? KeysUnavailableError.from(error) : (error as Error));
    }
  });
}

/** By code and not by class: the driver's native part keeps the error class of whoever loaded it first in the process. */
function isOfSqlite(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE');
}
