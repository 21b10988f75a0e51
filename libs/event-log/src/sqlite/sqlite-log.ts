import type Database from 'better-sqlite3';
import { admitFact, admitTogether } from '../admission.js';
import { READ_PAGE } from '../paging.js';
import {
  LogClosedError,
  LogUnavailableError,
  type AppendOutcome,
  type EventLog,
  type ExpectedRevision,
  type LogRecord,
  type NewRecord,
  type ReadAllOptions,
  type Subscription,
} from '../port.js';
import { toWritable, toWritableGroup } from '../stored-form.js';
import { Subscriptions } from '../subscription.js';
import { GroupCommit } from './group-commit.js';
import { RecordRows } from './record-rows.js';
import { RecordWriter } from './record-writer.js';
import { openDatabase } from './schema.js';
import { WriteTransaction } from './write-transaction.js';

export interface SqliteLogOptions {
  /** The file; its directory must exist. Beside it SQLite keeps `-wal` and `-shm`. */
  path: string;
  /** How soon subscriptions see what other connections appended, milliseconds. Default 20. */
  pollMs?: number;
  /** Only reads; the file must exist. Default false. */
  readonly?: boolean;
  /** How long an append waits while other processes write, milliseconds. Default 10,000. */
  lockTimeoutMs?: number;
}

/**
 * Opens the log in a SQLite file, creating it when it is missing. Any number of connections, threads and processes may
 * have the same file open, all of them may append.
 * @throws Error that says so when the file is no event log, of a newer format, or cannot be opened.
 */
export function openSqliteLog(options: SqliteLogOptions): EventLog {
  return new SqliteLog(options);
}

class SqliteLog implements EventLog {
  readonly enforcesKeys = true;
  readonly #db: Database.Database;
  readonly #rows: RecordRows;
  readonly #subscriptions: Subscriptions;
  /** Null when the log is opened for reading. */
  readonly #writing: { writer: RecordWriter; commits: GroupCommit } | null;
  #state: 'open' | 'closed' = 'open';
  #closing: Promise<void> | null = null;

  constructor({ path, pollMs = 20, readonly = false, lockTimeoutMs = 10_000 }: SqliteLogOptions) {
    this.#db = openDatabase(path, readonly);
    this.#rows = new RecordRows(this.#db);
    this.#subscriptions = new Subscriptions({ readPage: (after) => this.#rows.page(after, READ_PAGE), pollMs });
    this.#writing = readonly ? null : this.#openForWriting(lockTimeoutMs);
  }

  append(
    stream: string,
    records: NewRecord[],
    expected: ExpectedRevision,
  ): Promise<{ revision: number; position: number }> {
    return this.#answer(() => {
      const { writer, commits } = this.#requireWriting();
      const writable = toWritableGroup(stream, records);
      return commits.enqueue(writable.length, () => {
        const { revision, position } = admitTogether(writer, stream, writable, expected);
        return { revision, position };
      });
    });
  }

  appendFacts(records: NewRecord[]): Promise<AppendOutcome[]> {
    return this.#answer(() => {
      const { writer, commits } = this.#requireWriting();
      const writable = records.map(toWritable);
      return commits.enqueue(writable.length, () => writable.map((record) => admitFact(writer, record)));
    });
  }

  readStream(stream: string, { after = 0, limit = Infinity } = {}): Promise<LogRecord[]> {
    return this.#answer(() => this.#rows.streamPage(stream, after, limit));
  }

  streamRevision(stream: string): Promise<number> {
    return this.#answer(() => this.#rows.streamRevision(stream));
  }

  readAll({ after = 0, limit = READ_PAGE, types }: ReadAllOptions = {}): Promise<LogRecord[]> {
    return this.#answer(() => this.#rows.page(after, limit, types));
  }

  head(): Promise<number> {
    return this.#answer(() => this.#rows.head());
  }

  hasCustomerFacts(): Promise<boolean> {
    return this.#answer(() => this.#rows.hasCustomerFacts());
  }

  async recordAt(position: number): Promise<LogRecord | null> {
    const [record] = await this.readAll({ after: position - 1, limit: 1 });
    return record?.position === position ? record : null;
  }

  findById(id: string): Promise<LogRecord | null> {
    return this.#answer(() => this.#rows.record(id));
  }

  subscribe(after: number, handler: (batch: LogRecord[]) => Promise<void> | void): Subscription {
    if (this.#state === 'closed') throw new LogClosedError();
    return this.#subscriptions.start(after, handler);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    // A handler that is running may still append: its append is answered before the log ends.
    await this.#subscriptions.close();
    this.#state = 'closed';
    await this.#writing?.commits.drain();
    this.#db.close();
  }

  #openForWriting(lockTimeoutMs: number) {
    const writer = new RecordWriter(this.#db, this.#rows);
    const transaction = new WriteTransaction(
      this.#db,
      () => writer.forgetHeads(),
      () => writer.forgetAll(),
    );
    return { writer, commits: new GroupCommit(transaction, () => this.#subscriptions.wake(), lockTimeoutMs) };
  }

  #requireWriting() {
    if (this.#writing === null) throw new LogUnavailableError('The event log is opened for reading only');
    return this.#writing;
  }

  /** Does the work in this turn; whatever it throws becomes a rejection. */
  async #answer<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#state === 'closed') throw new LogClosedError();
    return await work();
  }
}
