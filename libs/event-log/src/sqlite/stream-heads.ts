import type Database from 'better-sqlite3';

/** Heads kept in memory; an import of more customers than this reads some of them again. */
const MAX_CACHED = 50_000;

interface Head {
  /** Number of the stream, null until it has a record. */
  id: number | null;
  revision: number;
}

/** Where each stream ends. Cached between transactions as long as nobody else writes to the file. */
export class StreamHeads {
  readonly #heads = new Map<string, Head>();
  readonly #select: Database.Statement<[string], [number, number]>;
  readonly #insert: Database.Statement<[string], unknown>;
  readonly #delete: Database.Statement<[number | null], unknown>;

  constructor(db: Database.Database) {
    this.#select = db
      .prepare<[string], [number, number]>(
        `SELECT id, coalesce((SELECT max(revision) FROM events WHERE stream = streams.id), -1)
         FROM streams WHERE name = ?`,
      )
      .raw();
    this.#insert = db.prepare('INSERT INTO streams (name) VALUES (?)');
    this.#delete = db.prepare('DELETE FROM streams WHERE id = ?');
  }

  revision(stream: string): number {
    return this.#head(stream).revision;
  }

  /** Number of the stream; a new one gets a number, inside the transaction that is open. */
  idOf(stream: string): number {
    const head = this.#head(stream);
    return (head.id ??= Number(this.#insert.run(stream).lastInsertRowid));
  }

  moveTo(stream: string, revision: number): void {
    this.#head(stream).revision = revision;
  }

  /** A stream that got no record after all leaves no trace. */
  removeIfEmpty(stream: string): void {
    const head = this.#head(stream);
    if (head.revision >= 0 || head.id === null) return;
    this.#delete.run(head.id);
    head.id = null;
  }

  /** To be called when a transaction was rolled back or another connection wrote. */
  forget(): void {
    this.#heads.clear();
  }

  #head(stream: string): Head {
    const cached = this.#heads.get(stream);
    if (cached) return cached;
    const [id, revision] = this.#select.get(stream) ?? [null, -1];
    if (this.#heads.size >= MAX_CACHED) this.forget();
    const head = { id, revision };
    this.#heads.set(stream, head);
    return head;
  }
}
