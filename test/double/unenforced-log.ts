import {
  customerIdOf,
  LogClosedError,
  type AppendOutcome,
  type EventLog,
  type ExpectedRevision,
  type LogRecord,
  type NewRecord,
  type ReadAllOptions,
  type Subscription,
} from '@perennial/event-log';
import { admitFact, admitTogether, type Place, type RecordTable } from '../../libs/event-log/src/admission.js';
import { READ_PAGE } from '../../libs/event-log/src/paging.js';
import { toWritable, toWritableGroup, type WritableRecord } from '../../libs/event-log/src/stored-form.js';
import { Subscriptions } from '../../libs/event-log/src/subscription.js';

type StoredRecord = WritableRecord & Place;

/** Positions have gaps, as on a server. */
const GAP = 100;

/** The storage that several processes share. */
export class SharedRecords {
  readonly all: StoredRecord[] = [];
  readonly readers = new Set<() => void>();

  revision(stream: string): number {
    return this.all.findLast((record) => record.stream === stream)?.revision ?? -1;
  }

  /** Adds without a look at ids and keys. */
  add(record: WritableRecord): StoredRecord {
    const place = { position: (this.all.length + 1) * GAP, revision: this.revision(record.stream) + 1 };
    this.all.push({ ...record, ...place });
    return this.all.at(-1)!;
  }
}

/**
 * A TEST TOOL: one process on a storage that does not enforce keys. Like the log in EventStoreDB it knows of ids and keys
 * only what it wrote itself, and reads the log only from positions that are a record's.
 */
export class UnenforcedLog implements EventLog, RecordTable {
  readonly enforcesKeys = false;
  readonly #ids = new Map<string, StoredRecord>();
  readonly #keys = new Map<string, StoredRecord>();
  readonly #subscriptions = new Subscriptions({ readPage: (after) => this.#page(after, READ_PAGE), pollMs: Infinity });
  readonly #wake = () => this.#subscriptions.wake();
  #closed = false;

  constructor(readonly shared = new SharedRecords()) {
    shared.readers.add(this.#wake);
  }

  append(stream: string, records: NewRecord[], expected: ExpectedRevision): Promise<Place> {
    return this.#answer(() => {
      const { revision, position } = admitTogether(this, stream, toWritableGroup(stream, records), expected);
      for (const wake of this.shared.readers) wake();
      return { revision, position };
    });
  }

  appendFacts(records: NewRecord[]): Promise<AppendOutcome[]> {
    return this.#answer(() => {
      const outcomes = records.map(toWritable).map((record) => admitFact(this, record));
      for (const wake of this.shared.readers) wake();
      return outcomes;
    });
  }

  readStream(stream: string, { after = 0, limit = Infinity } = {}): Promise<LogRecord[]> {
    return this.#answer(() =>
      this.shared.all
        .filter((record) => record.stream === stream && record.position > after)
        .slice(0, limit)
        .map(toLogRecord),
    );
  }

  streamRevision(stream: string): Promise<number> {
    return this.#answer(() => this.revision(stream));
  }

  readAll({ after = 0, limit = READ_PAGE, types }: ReadAllOptions = {}): Promise<LogRecord[]> {
    return this.#answer(() => this.#page(after, limit, types));
  }

  head(): Promise<number> {
    return this.#answer(() => this.shared.all.at(-1)?.position ?? 0);
  }

  hasCustomerFacts(): Promise<boolean> {
    return this.#answer(() => this.shared.all.some(({ stream }) => customerIdOf(stream) !== null));
  }

  recordAt(position: number): Promise<LogRecord | null> {
    return this.#answer(() => {
      const record = this.shared.all.find((each) => each.position === position);
      return record ? toLogRecord(record) : null;
    });
  }

  findById(id: string): Promise<LogRecord | null> {
    return this.#answer(() => {
      const record = this.shared.all.find((each) => each.id === id);
      return record ? toLogRecord(record) : null;
    });
  }

  subscribe(after: number, handler: (batch: LogRecord[]) => Promise<void> | void): Subscription {
    if (this.#closed) throw new LogClosedError();
    return this.#subscriptions.start(after, handler);
  }

  disregard(_stream: string, positions: ReadonlySet<number>): Promise<void> {
    return this.#answer(() => {
      for (const names of [this.#ids, this.#keys]) {
        for (const [name, { position }] of names) if (positions.has(position)) names.delete(name);
      }
    });
  }

  async close(): Promise<void> {
    await this.#subscriptions.close();
    this.shared.readers.delete(this.#wake);
    this.#closed = true;
  }

  revision(stream: string): number {
    return this.shared.revision(stream);
  }

  byId(id: string): StoredRecord | null {
    return this.#ids.get(id) ?? null;
  }

  byKey(key: string): StoredRecord | null {
    return this.#keys.get(key) ?? null;
  }

  insert(record: WritableRecord): Place | null {
    if (this.#ids.has(record.id)) return null;
    const stored = this.shared.add(record);
    this.#ids.set(record.id, stored);
    return stored;
  }

  claimKey(key: string, position: number): boolean {
    if (this.#keys.has(key)) return false;
    this.#keys.set(key, this.shared.all[position / GAP - 1]);
    return true;
  }

  withdraw(record: WritableRecord): void {
    this.shared.all.pop();
    this.#ids.delete(record.id);
  }

  #page(after: number, limit: number, types?: readonly string[]): LogRecord[] {
    const { all } = this.shared;
    if (after % GAP !== 0 || after > all.length * GAP) throw new Error(`Position ${after} is no record's`);
    const rest = all.slice(after / GAP);
    return (types ? rest.filter(({ type }) => types.includes(type)) : rest).slice(0, limit).map(toLogRecord);
  }

  /** Does the work in this turn; whatever it throws becomes a rejection. */
  async #answer<T>(work: () => T): Promise<T> {
    if (this.#closed) throw new LogClosedError();
    return await Promise.resolve(work());
  }
}

function toLogRecord({ json, ...record }: StoredRecord): LogRecord {
  return { ...record, data: JSON.parse(json) as unknown };
}
