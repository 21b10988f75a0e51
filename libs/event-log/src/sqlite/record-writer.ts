import type Database from 'better-sqlite3';
import type { HeldRecord, Place, RecordTable } from '../admission.js';
import type { WritableRecord } from '../stored-form.js';
import type { RecordRows } from './record-rows.js';
import { StreamHeads } from './stream-heads.js';

type Columns = [
  stream: number,
  revision: number,
  id: string,
  type: number,
  schemaVersion: number,
  occurredAt: number,
  recordedAt: number,
  source: number,
  announce: number,
  json: string,
];

/** Writes records inside the transaction that is open. */
export class RecordWriter implements RecordTable {
  readonly #heads: StreamHeads;
  readonly #insert: Database.Statement<Columns, unknown>;
  readonly #delete: Database.Statement<[number], unknown>;
  readonly #claim: Database.Statement<[string, number], unknown>;

  constructor(
    db: Database.Database,
    private readonly rows: RecordRows,
  ) {
    this.#heads = new StreamHeads(db);
    this.#insert = db.prepare(
      `INSERT INTO events
         (stream, revision, id, type, schema_version, occurred_at, recorded_at, source, announce, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    );
    this.#delete = db.prepare('DELETE FROM events WHERE position = ?');
    this.#claim = db.prepare('INSERT INTO natural_keys (key, position) VALUES (?, ?) ON CONFLICT DO NOTHING');
  }

  revision(stream: string): number {
    return this.#heads.revision(stream);
  }

  byId(id: string): HeldRecord | null {
    return this.rows.heldById(id);
  }

  byKey(key: string): HeldRecord | null {
    return this.rows.heldByKey(key);
  }

  insert(record: WritableRecord): Place | null {
    const revision = this.#heads.revision(record.stream) + 1;
    const { changes, lastInsertRowid } = this.#insert.run(
      this.#heads.idOf(record.stream),
      revision,
      record.id,
      this.rows.types.idOf(record.type),
      record.schemaVersion,
      record.occurredAt,
      record.recordedAt,
      this.rows.sources.idOf(record.source),
      record.announce ? 1 : 0,
      record.json,
    );
    if (changes === 0) {
      this.#heads.removeIfEmpty(record.stream);
      return null;
    }
    this.#heads.moveTo(record.stream, revision);
    return { position: Number(lastInsertRowid), revision };
  }

  claimKey(key: string, position: number): boolean {
    return this.#claim.run(key, position).changes === 1;
  }

  withdraw(record: WritableRecord, place: Place): void {
    this.#delete.run(place.position);
    this.#heads.moveTo(record.stream, place.revision - 1);
    this.#heads.removeIfEmpty(record.stream);
  }

  /** Another connection wrote: streams may end elsewhere. Names that it added are found when they are asked for. */
  forgetHeads(): void {
    this.#heads.forget();
  }

  /** The transaction was rolled back: numbers given inside it are free again. */
  forgetAll(): void {
    this.#heads.forget();
    this.rows.types.forget();
    this.rows.sources.forget();
  }
}
