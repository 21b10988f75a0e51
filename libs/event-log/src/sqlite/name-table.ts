import type Database from 'better-sqlite3';

/** Names are senders' text, so their number has a bound only here. */
const MAX_CACHED = 50_000;

/** Numbers that stand for names in rows. */
export class NameTable {
  readonly #ids = new Map<string, number>();
  readonly #names = new Map<number, string>();
  readonly #selectId: Database.Statement<[string], number>;
  readonly #selectName: Database.Statement<[number], string>;
  readonly #insert: Database.Statement<[string], unknown>;

  constructor(db: Database.Database, table: 'types' | 'sources') {
    this.#selectId = db.prepare<[string], number>(`SELECT id FROM ${table} WHERE name = ?`).pluck();
    this.#selectName = db.prepare<[number], string>(`SELECT name FROM ${table} WHERE id = ?`).pluck();
    this.#insert = db.prepare(`INSERT INTO ${table} (name) VALUES (?)`);
  }

  /** The number of a name; a new name gets one, inside the transaction that is open. */
  idOf(name: string): number {
    const cached = this.#ids.get(name);
    if (cached !== undefined) return cached;
    const id = this.#selectId.get(name) ?? Number(this.#insert.run(name).lastInsertRowid);
    this.#remember(id, name);
    return id;
  }

  nameOf(id: number): string {
    const cached = this.#names.get(id);
    if (cached !== undefined) return cached;
    const name = this.#selectName.get(id)!;
    this.#remember(id, name);
    return name;
  }

  /** To be called when a transaction was rolled back: its numbers will be given to other names. */
  forget(): void {
    this.#ids.clear();
    this.#names.clear();
  }

  #remember(id: number, name: string): void {
    if (this.#ids.size >= MAX_CACHED) this.forget();
    this.#ids.set(name, id);
    this.#names.set(id, name);
  }
}
