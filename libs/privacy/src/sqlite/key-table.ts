import type Database from 'better-sqlite3';
import { KeysUnavailableError } from '../errors.js';
import { openDatabase } from './database.js';

/** How far the log has been looked through: the last record, to tell the log from another one. */
export interface LogPlace {
  position: number;
  /** Id of the record there; empty at the beginning. */
  recordId: string;
}

/** What became known of erasures. */
export interface ErasuresFound {
  /** Customers named by an erasure. */
  erased: Iterable<string>;
  /** Everybody whose key must not be there: those, and who is linked to them. */
  destroyed: Iterable<string>;
  /** Where the log was looked through up to. */
  place: LogPlace;
}

type Row = [customerId: string, wrapped: Uint8Array];

/** Wrapped keys in a SQLite file of their own. Calls return when what they wrote is durable. */
export class KeyTable {
  readonly #db: Database.Database;
  readonly #find: Database.Statement<[string], Row>;
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
      .prepare<[string], Row>(
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

  /** True once after another connection wrote: what was remembered of keys may be wrong. */
  changedElsewhere(): boolean {
    const version = this.#dataVersion.get()!;
    const changed = version !== this.#version;
    this.#version = version;
    return changed;
  }

  /** Wrapped keys of the customers who have one, all in one query. */
  find(customerIds: readonly string[]): Row[] {
    return customerIds.length === 0 ? [] : this.#find.all(JSON.stringify(customerIds));
  }

  /**
   * Adds keys of customers who have none; whoever has one, or had, keeps it.
   * @param masterFingerprint of the key that wrapped them.
   * @returns whose keys were added.
   */
  add(keys: ReadonlyMap<string, Uint8Array>, masterFingerprint: string): Set<string> {
    const added = new Set<string>();
    const addAll = this.#db.transaction(() => {
      for (const [customerId, wrapped] of keys) {
        if (wrapped.length !== this.wrappedBytes) throw new TypeError('A wrapped key has another size');
        if (this.#add.run(customerId, wrapped).changes === 1) added.add(customerId);
      }
      this.#set.run('master', masterFingerprint);
    });
    addAll.immediate();
    return added;
  }

  /** Of the master key that the keys are wrapped with; null as long as there is none. */
  masterFingerprint(): string | null {
    return this.#setting.get('master') ?? null;
  }

  /** Customers whose key was destroyed. */
  destroyedIds(): string[] {
    return this.#db.prepare<[], string>('SELECT customer_id FROM keys WHERE destroyed = 1').pluck().all();
  }

  /** Customers whom an erasure named. */
  erasedIds(): string[] {
    return this.#db.prepare<[], string>('SELECT customer_id FROM erased').pluck().all();
  }

  /** Where the log was looked through up to, for erasures. */
  place(): LogPlace {
    const text = this.#setting.get('place');
    return text === undefined ? { position: 0, recordId: '' } : (JSON.parse(text) as LogPlace);
  }

  /**
   * Records erasures and destroys keys; afterwards the bytes of those keys are in none of the files.
   * @throws KeysUnavailableError when another process keeps reading: then they are destroyed, and the files are cleaned by
   *   the next call.
   */
  settle({ erased, destroyed, place }: ErasuresFound): void {
    let changes = 0;
    const settleAll = this.#db.transaction(() => {
      for (const customerId of erased) this.#erase.run(customerId);
      for (const customerId of destroyed) {
        changes += this.#destroy.run(customerId, this.wrappedBytes, this.wrappedBytes).changes;
      }
      this.#set.run('place', JSON.stringify(place));
    });
    settleAll.immediate();
    if (changes > 0) this.#walIsClean = false;
    this.#cleanWal();
  }

  close(): void {
    this.#db.close();
  }

  /** The write-ahead log holds pages as they were; also those that a crash left. */
  #cleanWal(): void {
    if (this.#walIsClean) return;
    const [{ busy }] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    if (busy !== 0) throw new KeysUnavailableError('Another process keeps reading the keys of customers');
    this.#walIsClean = true;
  }
}
