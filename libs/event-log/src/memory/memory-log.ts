import { admitFact, admitTogether, type HeldRecord, type Place, type RecordTable } from '../admission.js';
import {
  LogClosedError,
  type AppendOutcome,
  type EventLog,
  type ExpectedRevision,
  type LogRecord,
  type NewRecord,
  type ReadAllOptions,
  type Subscription,
} from '../port.js';
import { READ_PAGE } from '../paging.js';
import { customerIdOf } from '../streams.js';
import { toWritable, toWritableGroup, type WritableRecord } from '../stored-form.js';
import { Subscriptions } from '../subscription.js';

type StoredRecord = WritableRecord & Place;

/** Records in arrays and maps; position n is at index n - 1. */
class MemoryTable implements RecordTable {
  readonly all: StoredRecord[] = [];
  readonly streams = new Map<string, StoredRecord[]>();
  readonly #ids = new Map<string, StoredRecord>();
  readonly #keys = new Map<string, StoredRecord>();

  revision(stream: string): number {
    return (this.streams.get(stream)?.length ?? 0) - 1;
  }

  byId(id: string): StoredRecord | null {
    return this.#ids.get(id) ?? null;
  }

  byKey(key: string): HeldRecord | null {
    return this.#keys.get(key) ?? null;
  }

  insert(record: WritableRecord): Place | null {
    if (this.#ids.has(record.id)) return null;
    const stored = { ...record, position: this.all.length + 1, revision: this.revision(record.stream) + 1 };
    this.all.push(stored);
    this.#ids.set(record.id, stored);
    const stream = this.streams.get(record.stream);
    if (stream) stream.push(stored);
    else this.streams.set(record.stream, [stored]);
    return stored;
  }

  claimKey(key: string, position: number): boolean {
    if (this.#keys.has(key)) return false;
    this.#keys.set(key, this.all[position - 1]);
    return true;
  }

  withdraw(record: WritableRecord): void {
    this.all.pop();
    this.#ids.delete(record.id);
    const stream = this.streams.get(record.stream)!;
    stream.pop();
    if (stream.length === 0) this.streams.delete(record.stream);
  }
}

/** A log that lives as long as the process: for tests, what-ifs and trying out. */
class MemoryLog implements EventLog {
  readonly enforcesKeys = true;
  readonly #table = new MemoryTable();
  readonly #subscriptions = new Subscriptions({
    readPage: (after) => page(this.#table.all, after, READ_PAGE),
    pollMs: Infinity,
  });
  #closed = false;

  append(stream: string, records: NewRecord[], expected: ExpectedRevision): Promise<Place> {
    return this.#answer(() => {
      const { revision, position } = admitTogether(this.#table, stream, toWritableGroup(stream, records), expected);
      this.#subscriptions.wake();
      return { revision, position };
    });
  }

  appendFacts(records: NewRecord[]): Promise<AppendOutcome[]> {
    return this.#answer(() => {
      const outcomes = records.map(toWritable).map((record) => admitFact(this.#table, record));
      this.#subscriptions.wake();
      return outcomes;
    });
  }

  readStream(stream: string, { after = 0, limit = Infinity } = {}): Promise<LogRecord[]> {
    return this.#answer(() => page(this.#table.streams.get(stream) ?? [], after, limit));
  }

  streamRevision(stream: string): Promise<number> {
    return this.#answer(() => this.#table.revision(stream));
  }

  readAll({ after = 0, limit = READ_PAGE, types }: ReadAllOptions = {}): Promise<LogRecord[]> {
    return this.#answer(() => {
      const { all } = this.#table;
      return page(types === undefined ? all : all.filter(({ type }) => types.includes(type)), after, limit);
    });
  }

  head(): Promise<number> {
    return this.#answer(() => this.#table.all.length);
  }

  hasCustomerFacts(): Promise<boolean> {
    return this.#answer(() => [...this.#table.streams.keys()].some((stream) => customerIdOf(stream) !== null));
  }

  recordAt(position: number): Promise<LogRecord | null> {
    return this.#answer(() => {
      const record = this.#table.all[position - 1];
      return record ? toLogRecord(record) : null;
    });
  }

  findById(id: string): Promise<LogRecord | null> {
    return this.#answer(() => {
      const record = this.#table.byId(id);
      return record && toLogRecord(record);
    });
  }

  subscribe(after: number, handler: (batch: LogRecord[]) => Promise<void> | void): Subscription {
    if (this.#closed) throw new LogClosedError();
    return this.#subscriptions.start(after, handler);
  }

  async close(): Promise<void> {
    await this.#subscriptions.close();
    this.#closed = true;
  }

  /** Does the work in this turn; whatever it throws becomes a rejection. */
  async #answer<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#closed) throw new LogClosedError();
    return await work();
  }
}

/** Opens an empty log in memory. */
export function openMemoryLog(): EventLog {
  return new MemoryLog();
}

function page(records: readonly StoredRecord[], after: number, limit: number): LogRecord[] {
  const from = firstAfter(records, after);
  return records.slice(from, from + limit).map(toLogRecord);
}

/** Index of the first record with `position > after`: positions ascend, so halving finds it. */
function firstAfter(records: readonly StoredRecord[], after: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (records[middle].position > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

function toLogRecord({ json, key: _, ...record }: StoredRecord): LogRecord {
  return { ...record, data: JSON.parse(json) as unknown };
}
