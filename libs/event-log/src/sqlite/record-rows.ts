import type Database from 'better-sqlite3';
import type { HeldRecord } from '../admission.js';
import type { LogRecord } from '../port.js';
import { customerIdOf } from '../streams.js';
import { NameTable } from './name-table.js';

type Row = [
  position: number,
  stream: string,
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

const SELECT = `
  SELECT e.position, s.name, e.revision, e.id, e.type, e.schema_version, e.occurred_at, e.recorded_at, e.source,
         e.announce, e.data
  FROM events e JOIN streams s ON s.id = e.stream`;

/** Reads records. Rows come as arrays and page by page: objects, and a row at a time, are slower by half. */
export class RecordRows {
  readonly types: NameTable;
  readonly sources: NameTable;
  readonly #page: Database.Statement<[number, number], Row>;
  readonly #typedPage: Database.Statement<[number, string, number], Row>;
  readonly #streamPage: Database.Statement<[number, number, number], Row>;
  readonly #byId: Database.Statement<[string], Row>;
  readonly #byKey: Database.Statement<[string], Row>;
  readonly #streamId: Database.Statement<[string], number>;
  readonly #lastRevision: Database.Statement<[number], number>;
  readonly #positionAt: Database.Statement<[number, number], number>;
  readonly #head: Database.Statement<[], number>;
  readonly #anyCustomer: Database.Statement<[], number>;

  constructor(db: Database.Database) {
    this.types = new NameTable(db, 'types');
    this.sources = new NameTable(db, 'sources');
    this.#page = db.prepare<[number, number], Row>(`${SELECT} WHERE e.position > ? ORDER BY e.position LIMIT ?`).raw();
    this.#typedPage = db
      .prepare<[number, string, number], Row>(
        `${SELECT} WHERE e.position > ? AND e.type IN
           (SELECT id FROM types WHERE name IN (SELECT value FROM json_each(?))) ORDER BY e.position LIMIT ?`,
      )
      .raw();
    this.#streamPage = db
      .prepare<[number, number, number], Row>(
        `${SELECT} WHERE e.stream = ? AND e.revision >= ? ORDER BY e.revision LIMIT ?`,
      )
      .raw();
    this.#byId = db.prepare<[string], Row>(`${SELECT} WHERE e.id = ?`).raw();
    this.#byKey = db
      .prepare<[string], Row>(`${SELECT} WHERE e.position = (SELECT position FROM natural_keys WHERE key = ?)`)
      .raw();
    this.#streamId = db.prepare<[string], number>('SELECT id FROM streams WHERE name = ?').pluck();
    this.#lastRevision = db
      .prepare<[number], number>('SELECT coalesce(max(revision), -1) FROM events WHERE stream = ?')
      .pluck();
    this.#positionAt = db
      .prepare<[number, number], number>('SELECT position FROM events WHERE stream = ? AND revision = ?')
      .pluck();
    this.#head = db.prepare<[], number>('SELECT coalesce(max(position), 0) FROM events').pluck();
    // A stream is there only with a record in it. `.` follows `-`, so this is the range of names with the prefix.
    this.#anyCustomer = db
      .prepare<[], number>("SELECT EXISTS (SELECT 1 FROM streams WHERE name >= 'customer-' AND name < 'customer.')")
      .pluck();
  }

  page(after: number, limit: number, types?: readonly string[]): LogRecord[] {
    const rows =
      types === undefined
        ? this.#page.all(after, sqlLimit(limit))
        : this.#typedPage.all(after, JSON.stringify(types), sqlLimit(limit));
    return rows.map((row) => this.#toLogRecord(row));
  }

  streamPage(stream: string, after: number, limit: number): LogRecord[] {
    const id = this.#streamId.get(stream);
    if (id === undefined) return [];
    const from = after <= 0 ? 0 : this.#firstRevisionAfter(id, after);
    return this.#streamPage.all(id, from, sqlLimit(limit)).map((row) => this.#toLogRecord(row));
  }

  streamRevision(stream: string): number {
    const id = this.#streamId.get(stream);
    return id === undefined ? -1 : this.#lastRevision.get(id)!;
  }

  head(): number {
    return this.#head.get()!;
  }

  hasCustomerFacts(): boolean {
    return this.#anyCustomer.get() === 1;
  }

  record(id: string): LogRecord | null {
    const row = this.#byId.get(id);
    return row ? this.#toLogRecord(row) : null;
  }

  heldById(id: string): HeldRecord | null {
    return this.#toHeld(this.#byId.get(id));
  }

  heldByKey(key: string): HeldRecord | null {
    return this.#toHeld(this.#byKey.get(key));
  }

  /** Positions ascend with revisions, so halving finds the place in a stream of any length. */
  #firstRevisionAfter(stream: number, after: number): number {
    let low = 0;
    let high = this.#lastRevision.get(stream)! + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#positionAt.get(stream, middle)! > after) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #toLogRecord(row: Row): LogRecord {
    const stream = row[1];
    return {
      position: row[0],
      stream,
      revision: row[2],
      id: row[3],
      type: this.types.nameOf(row[4]),
      schemaVersion: row[5],
      customerId: customerIdOf(stream),
      occurredAt: row[6],
      recordedAt: row[7],
      source: this.sources.nameOf(row[8]),
      announce: row[9] === 1,
      data: JSON.parse(row[10]) as unknown,
    };
  }

  #toHeld(row: Row | undefined): HeldRecord | null {
    if (!row) return null;
    const [position, stream, revision, id, type, , occurredAt] = row;
    const customerId = customerIdOf(stream);
    return { position, stream, revision, id, type: this.types.nameOf(type), customerId, occurredAt, json: row[10] };
  }
}

/** SQLite reads -1 as no limit. */
function sqlLimit(limit: number): number {
  return Number.isFinite(limit) ? limit : -1;
}
