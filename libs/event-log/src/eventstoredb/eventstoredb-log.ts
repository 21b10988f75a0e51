import { READ_PAGE } from '../paging.js';
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
import type { AppendedPlace } from './append-messages.js';
import { BatchAppends } from './batch-appends.js';
import { CatchUpSubscription } from './catch-up-subscription.js';
import { Connection } from './connection.js';
import { DurableAppends } from './durable-appends.js';
import { MOST_APPEND_BYTES, propose, type ProposedEvent } from './event-form.js';
import { EventReads } from './event-reads.js';
import { LogReader } from './log-reader.js';
import type { EventStoreLogOptions } from './options.js';
import type { Patience } from './retry.js';
import { ReadAhead } from './read-ahead.js';
import { SharedLook } from './shared-look.js';
import { StreamNames } from './stream-names.js';
import { readStreamAfter } from './stream-tail.js';
import { StreamWriters } from './stream-writers.js';

/** The log in EventStoreDB. Positions are commit positions. */
export class EventStoreLog implements EventLog {
  readonly enforcesKeys = false;
  readonly #connection: Connection;
  readonly #names: StreamNames;
  readonly #appends: BatchAppends;
  readonly #reader: LogReader;
  readonly #pages: ReadAhead;
  readonly #writers: StreamWriters;
  readonly #subscriptions = new Set<CatchUpSubscription>();
  readonly #settings: { deadlineMs: number; watchMs: number; patience: Patience };
  readonly #end = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  #hasCustomerFacts = false;
  readonly #looks = new SharedLook(() => this.#lookForCustomerFacts());
  #closed = false;
  #closing: Promise<void> | null = null;

  constructor({
    url,
    deadlineMs = 10_000,
    retryForMs = 30_000,
    firstWaitMs = 50,
    watchMs = 15_000,
    mostInFlight = 256,
    namespace = '',
  }: EventStoreLogOptions) {
    const patience = { retryForMs, firstWaitMs, signal: this.#end.signal };
    this.#settings = { deadlineMs, watchMs, patience };
    this.#connection = Connection.acquire(url);
    this.#names = new StreamNames(namespace);
    this.#appends = new BatchAppends(this.#connection.calls, this.#names, deadlineMs);
    this.#reader = new LogReader(new EventReads(this.#connection, deadlineMs, patience), this.#names);
    this.#pages = new ReadAhead(this.#reader);
    this.#writers = new StreamWriters(
      new DurableAppends(this.#appends, this.#reader, patience, mostInFlight),
      this.#reader,
    );
  }

  append(stream: string, records: NewRecord[], expected: ExpectedRevision): Promise<AppendedPlace> {
    return this.#answer(async () => {
      const events = proposeGroup(stream, records);
      const { revision, position } = await this.#writers.of(stream).together(events, expected);
      return { revision, position };
    });
  }

  appendFacts(records: NewRecord[]): Promise<AppendOutcome[]> {
    return this.#answer(async () => {
      const events = records.map(propose);
      const answers = await Promise.allSettled(
        events.map((event) => this.#writers.of(event.record.stream).fact(event)),
      );
      return answers.map((answer) => {
        if (answer.status === 'rejected') throw answer.reason;
        return answer.value;
      });
    });
  }

  readStream(stream: string, { after = 0, limit = Infinity } = {}): Promise<LogRecord[]> {
    return this.#answer(() => readStreamAfter(this.#reader, stream, after, limit));
  }

  streamRevision(stream: string): Promise<number> {
    return this.#answer(async () => {
      const [last] = await this.#reader.stream({ stream, from: 'end', backwards: true, count: 1 });
      return last?.record.revision ?? -1;
    });
  }

  readAll({ after = 0, limit = READ_PAGE, types }: ReadAllOptions = {}): Promise<LogRecord[]> {
    return this.#answer(async () => (limit > 0 && types?.length !== 0 ? this.#pages.page(after, limit, types) : []));
  }

  head(): Promise<number> {
    return this.#answer(() => this.#reader.head());
  }

  recordAt(position: number): Promise<LogRecord | null> {
    return this.#answer(async () => (position > 0 ? this.#reader.atPosition(position) : null));
  }

  hasCustomerFacts(): Promise<boolean> {
    return this.#answer(async () => {
      this.#hasCustomerFacts ||= await this.#looks.look();
      return this.#hasCustomerFacts;
    });
  }

  async #lookForCustomerFacts(): Promise<boolean> {
    for await (const events of this.#reader.log({ from: 'start', count: READ_PAGE })) {
      if (events.some(({ record }) => record.customerId !== null)) return true;
    }
    return false;
  }

  /**
   * There is no index of ids in the server: without a stream to look in this reads the log from its end, unless the
   * record was written or read by this process lately.
   */
  findById(id: string, stream?: string): Promise<LogRecord | null> {
    return this.#answer(async () => {
      const known = this.#writers.streamOfId(id) ?? stream;
      if (known !== undefined) {
        const found = await this.#findIn(known, id);
        if (found || stream !== undefined) return found;
      }
      let first: LogRecord | null = null;
      // The first in the log stands, so the search goes on to the beginning.
      for await (const events of this.#reader.log({ from: 'end', backwards: true, count: READ_PAGE })) {
        first = events.findLast(({ record }) => record.id === id)?.record ?? first;
      }
      return first;
    });
  }

  async #findIn(stream: string, id: string): Promise<LogRecord | null> {
    const indexed = await this.#writers.of(stream).look(async (index) => {
      if (!index.isKnown) await index.refresh();
      const revision = index.revisionOfId(id);
      return revision === null ? null : (await index.record(revision)).record;
    });
    if (indexed) return indexed;
    const events = await this.#reader.stream({ stream, from: 'start', count: Infinity });
    return events.find(({ record }) => record.id === id)?.record ?? null;
  }

  disregard(stream: string, positions: ReadonlySet<number>): Promise<void> {
    return this.#answer(() =>
      this.#writers.of(stream).look((index) => {
        index.disregard(positions);
        return Promise.resolve();
      }),
    );
  }

  subscribe(after: number, handler: (batch: LogRecord[]) => Promise<void> | void): Subscription {
    if (this.#closed) throw new LogClosedError();
    const { calls } = this.#connection;
    const options = { ...this.#settings, calls, names: this.#names, head: () => this.#reader.head() };
    const subscription = new CatchUpSubscription(after, handler, options, () =>
      this.#subscriptions.delete(subscription),
    );
    this.#subscriptions.add(subscription);
    return subscription;
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    // A handler that is running may still append: its append is answered before the log ends.
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    this.#closed = true;
    await Promise.allSettled([...this.#running]);
    // What nobody waits for any more (a page read ahead) is not tried again.
    this.#end.abort();
    await this.#appends.close();
    await this.#connection.release();
  }

  /** Begins the work in this turn; whatever it throws becomes a rejection. */
  async #answer<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new LogClosedError();
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }
}

/** @throws TypeError when there is nothing, a record is malformed or of another stream, or all are too large together. */
function proposeGroup(stream: string, records: readonly NewRecord[]): ProposedEvent[] {
  if (records.length === 0) throw new TypeError(`Nothing to append to stream ${stream}`);
  const events = records.map(propose);
  let bytes = 0;
  for (const { record, bytes: size } of events) {
    if (record.stream !== stream)
      throw new TypeError(`Record ${record.id} is of stream ${record.stream}, not ${stream}`);
    bytes += size;
  }
  if (bytes > MOST_APPEND_BYTES) {
    throw new TypeError(`${bytes} bytes for stream ${stream}; EventStoreDB takes ${MOST_APPEND_BYTES} in one append`);
  }
  return events;
}
