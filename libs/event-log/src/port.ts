/**
 * The event log: the one thing that is stored as truth. Append-only; records are never changed.
 *
 * Streams: `customer-{id}` (one per id as sent, aliases keep theirs), `program`, `clock` (`streams.ts`).
 */

/** What a writer hands in. */
export interface NewRecord {
  stream: string;
  /** Unique in the whole log, for ever (a fact's message id). */
  id: string;
  type: string;
  /** Schema version of `data`; older ones are upcast on read, never rewritten. */
  schemaVersion: number;
  /** As sent; the stream is named after it. Null on `program` and `clock`. */
  customerId: string | null;
  /** UTC milliseconds. */
  occurredAt: number;
  /** UTC milliseconds; when the log took it. */
  recordedAt: number;
  source: string;
  /** Natural key (SPEC §1), unique in the whole log for ever unless the content is equal. */
  key?: string;
  /** False for imported history: what it changed up to `recordedAt` is not announced (SPEC §10). Default true. */
  announce?: boolean;
  /** Anything JSON can say; kept as sent, taken as it is at the moment of the call. */
  data: unknown;
}

export interface LogRecord extends NewRecord {
  /** Given by logs that do not enforce keys, for whoever sees to it that they are unique. */
  key?: string;
  /** Place in the log: grows, may have gaps; compare, never subtract. */
  position: number;
  /** Place in the stream, from 0 without gaps. */
  revision: number;
  announce: boolean;
}

/**
 * What became of one independent fact (ruling 1):
 * - `appended`: durable now. `repeats` names the fact it repeats under another message id (equal natural key and content).
 * - `duplicate`: the log already holds this message id with equal content; nothing was written.
 * - `conflict`: message id or natural key is taken by other content; nothing was written, id and key stay as they were.
 */
export type AppendOutcome =
  | { status: 'appended'; position: number; repeats?: string }
  | { status: 'duplicate'; position: number }
  | { status: 'conflict'; on: 'id' | 'key'; key: string; existingId: string };

/** Exact revision that the stream's last record must have; -1 = the stream must not exist; 'any' = unchecked. */
export type ExpectedRevision = number | 'any';

export class WrongExpectedRevisionError extends Error {
  override readonly name = 'WrongExpectedRevisionError';

  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: number,
  ) {
    super(`Stream ${stream} is at revision ${actual}, expected ${expected}`);
  }
}

/** A message id or natural key is taken by other content (atomic appends only). */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';

  constructor(
    readonly on: 'id' | 'key',
    readonly key: string,
    readonly existingId: string,
  ) {
    super(
      `The ${on === 'id' ? 'message id' : 'natural key'} ${key} is already used by fact ${existingId} with other content`,
    );
  }
}

/** The log was closed before the call. */
export class LogClosedError extends Error {
  override readonly name = 'LogClosedError';

  constructor() {
    super('The event log is closed');
  }
}

/**
 * The log could not be read or written now. An embedded log wrote nothing of this call; of a log on a server that is not
 * known. The same call may be made again: ids make it harmless.
 */
export class LogUnavailableError extends Error {
  override readonly name = 'LogUnavailableError';
}

export interface Subscription {
  /** Ends the subscription; resolves when no handler is running any more. Awaited inside the handler, it never resolves. */
  close(): Promise<void>;
  /**
   * Rejects when the handler threw or the log failed for good; resolves after close(). Nobody listening to it makes such
   * a failure an unhandled rejection, on purpose.
   */
  readonly done: Promise<void>;
}

export interface ReadAllOptions {
  /** Records with a greater position. Default 0. */
  after?: number;
  /** How many at most. Default 2,000. */
  limit?: number;
  /** Only records of these types: what lies between is passed over, not read. Default all. */
  types?: readonly string[];
}

export interface EventLog {
  /**
   * True when message ids and natural keys are unique in the whole log. False when the storage cannot see to it: then
   * `appendFacts` and `append` answer duplicates and conflicts as far as they can know (their own stream, and what this
   * process has written lately), the log may hold a second record of an id or key, and of those the first in the log
   * stands: `withClaims` makes a log of it that holds nothing else.
   */
  readonly enforcesKeys: boolean;

  /**
   * Appends to one stream, all or nothing, with an exact expected revision.
   * A record whose id the log already holds with equal content counts as written, so a retry with the revision first
   * expected is harmless; when all do, the revision is not checked.
   * @returns place of the last record.
   * @throws WrongExpectedRevisionError, ConflictError, LogUnavailableError; TypeError when a record is malformed, is of
   *   another stream, or there is none.
   */
  append(
    stream: string,
    records: NewRecord[],
    expected: ExpectedRevision,
  ): Promise<{ revision: number; position: number }>;

  /**
   * Appends independent facts, each on its own merits, in order: earlier ones count for later ones. Calls that arrive
   * together share one durable commit. Outcomes are in the order of `records`.
   * @throws LogUnavailableError; TypeError when a record is malformed (then none of this call is written).
   */
  appendFacts(records: NewRecord[]): Promise<AppendOutcome[]>;

  /** A stream's records with `position > after` in order, at most `limit` (default all). Missing stream: empty. */
  readStream(stream: string, options?: { after?: number; limit?: number }): Promise<LogRecord[]>;

  /** Revision of a stream's last record, -1 when there is none. */
  streamRevision(stream: string): Promise<number>;

  /** The log in order. */
  readAll(options?: ReadAllOptions): Promise<LogRecord[]>;

  /** Position of the last record, 0 when empty. */
  head(): Promise<number>;

  /** The record at exactly this position, null when there is none. */
  recordAt(position: number): Promise<LogRecord | null>;

  /** True when the log holds a fact of a customer. */
  hasCustomerFacts(): Promise<boolean>;

  /**
   * The record with this message id, or null.
   * @param stream the only stream in which it can be, when the caller knows: a log without an index of ids reads that
   *   stream instead of everything. Others take no notice of it.
   */
  findById(id: string, stream?: string): Promise<LogRecord | null>;

  /**
   * Calls `handler` with batches in log order: first what is stored after `after`, then live, whoever appended it.
   * One call at a time, no record left out or given twice.
   */
  subscribe(after: number, handler: (batch: LogRecord[]) => Promise<void> | void): Subscription;

  /**
   * Says that records do not stand though the log holds them: their ids and natural keys are free. Only of logs that do
   * not enforce keys.
   */
  disregard?(stream: string, positions: ReadonlySet<number>): Promise<void>;

  /** Ends subscriptions (waits for running handlers), writes what is queued, then refuses every further call. */
  close(): Promise<void>;
}
