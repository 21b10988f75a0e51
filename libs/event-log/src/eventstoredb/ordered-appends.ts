import { setTimeout as wait } from 'node:timers/promises';
import { CopyRefusedError, type OrderedWriter } from '../copy/ordered-writer.js';
import { copyOf } from '../copy/record-copy.js';
import type { LogRecord } from '../port.js';
import type { AppendedPlace } from './append-messages.js';
import { BatchAppends } from './batch-appends.js';
import { Connection } from './connection.js';
import { propose, type ProposedEvent } from './event-form.js';
import type { EventStoreLogOptions } from './options.js';
import { backoff } from './retry.js';
import { isTransient, unavailable, WrongRevisionAnswer } from './server-errors.js';
import { StreamNames } from './stream-names.js';

/** Of one append. */
const MOST_EVENTS = 500;
const MOST_BYTES = 900_000;
/** Appends on their way at once, and what they weigh together. */
const MOST_IN_FLIGHT = 256;
const MOST_BYTES_IN_FLIGHT = 8_000_000;

/** Records of one stream that follow on each other in the log: they are appended together. */
interface Run {
  stream: string;
  /** Revision of the record before the first. */
  expected: number;
  events: ProposedEvent[];
  bytes: number;
}

/**
 * Appends records of many streams in one order. Many appends are on their way at once, on one call: the server takes them
 * in the order in which they are sent, and when the call breaks, it has taken the first so many. From the first that was
 * not answered on all are sent again, in order, with the same ids and revisions: what is there is not written again. After
 * a break one goes ahead, so that a server that is still starting refuses that one and not some in the middle. That the
 * order held is seen by the positions in the answers.
 */
export class OrderedAppends implements OrderedWriter {
  readonly keepsRevisions = true;
  readonly #connection: Connection;
  readonly #appends: BatchAppends;
  readonly #end = new AbortController();
  readonly #options: { retryForMs: number; firstWaitMs: number };
  /** The server has answered on this call: many may follow. */
  #proven = false;
  #last = 0;

  constructor({
    url,
    deadlineMs = 10_000,
    retryForMs = 120_000,
    firstWaitMs = 50,
    namespace = '',
  }: EventStoreLogOptions) {
    this.#options = { retryForMs, firstWaitMs };
    this.#connection = Connection.acquire(url);
    this.#appends = new BatchAppends(this.#connection.calls, new StreamNames(namespace), deadlineMs);
  }

  async write(records: readonly LogRecord[]): Promise<void> {
    const runs = runsOf(records);
    for (let i = 0; i < runs.length;) {
      const window: Run[] = [];
      for (let bytes = 0; i < runs.length && window.length < MOST_IN_FLIGHT && bytes < MOST_BYTES_IN_FLIGHT; i++) {
        window.push(runs[i]);
        bytes += runs[i].bytes;
      }
      this.#requireOrder(window, await this.#send(window));
    }
  }

  /** Sends until everything is answered. */
  async #send(runs: readonly Run[]): Promise<AppendedPlace[]> {
    const places: AppendedPlace[] = [];
    let tries = 0;
    for (let deadline = Infinity; places.length < runs.length;) {
      const sent = this.#proven ? runs.slice(places.length) : [runs[places.length]];
      const answers = await Promise.allSettled(
        sent.map(({ stream, expected, events }) => this.#appends.append(stream, expected, events)),
      );
      const failed = answers.findIndex(({ status }) => status === 'rejected');
      const taken = (failed === -1 ? answers : answers.slice(0, failed)) as PromiseFulfilledResult<AppendedPlace>[];
      places.push(...taken.map(({ value }) => value));
      this.#proven = failed === -1;
      if (taken.length > 0) {
        tries = 0;
        deadline = Infinity;
      }
      if (failed === -1) continue;
      const error: unknown = (answers[failed] as PromiseRejectedResult).reason;
      this.#judge(runs[places.length], error);
      deadline = Math.min(deadline, Date.now() + this.#options.retryForMs);
      const pause = backoff(++tries, this.#options.firstWaitMs);
      if (Date.now() + pause > deadline || this.#end.signal.aborted) throw unavailable('Nothing can be written', error);
      await wait(pause, undefined, { signal: this.#end.signal }).catch(() => undefined);
    }
    return places;
  }

  /** @throws what another try would not change. */
  #judge({ stream, expected }: Run, error: unknown): void {
    if (error instanceof WrongRevisionAnswer) {
      throw new CopyRefusedError(
        `Stream ${stream} is at revision ${error.actual} and not at ${expected}: something else writes to this log`,
      );
    }
    if (!isTransient(error)) throw error;
  }

  #requireOrder(runs: readonly Run[], places: readonly AppendedPlace[]): void {
    for (const [i, { position }] of places.entries()) {
      if (position <= this.#last) {
        throw new CopyRefusedError(
          `The server refused a record and took later ones, so ${runs[i].events[0].record.id} of stream ${runs[i].stream} is out of order: copy to an empty log, such as one of another namespace`,
        );
      }
      this.#last = position;
    }
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#appends.close();
    await this.#connection.release();
  }
}

function runsOf(records: readonly LogRecord[]): Run[] {
  const runs: Run[] = [];
  for (const record of records) {
    const event = proposed(record);
    const run = runs.at(-1);
    if (run?.stream === record.stream && run.events.length < MOST_EVENTS && run.bytes + event.bytes <= MOST_BYTES) {
      run.events.push(event);
      run.bytes += event.bytes;
    } else {
      runs.push({ stream: record.stream, expected: record.revision - 1, events: [event], bytes: event.bytes });
    }
  }
  return runs;
}

function proposed(record: LogRecord): ProposedEvent {
  try {
    return propose(copyOf(record));
  } catch (error) {
    // It was sound enough for another log: it is too large for this one.
    if (error instanceof TypeError) throw new CopyRefusedError(error.message, { cause: error });
    throw error;
  }
}
