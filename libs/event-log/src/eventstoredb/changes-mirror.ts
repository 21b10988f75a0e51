import {
  CHANGES_META_STREAM,
  CHANGES_STREAM_PREFIX,
  type ChangesMirror,
  type MirrorEnd,
  type MirroredChange,
  type MirrorPlace,
} from '../mirror.js';
import { WrongExpectedRevisionError } from '../port.js';
import { BatchAppends } from './batch-appends.js';
import { Connection } from './connection.js';
import { type Event, EventReads } from './event-reads.js';
import { changeEvent, endEvent, metaEvent, readEnd, readMeta } from './mirror-form.js';
import type { EventStoreLogOptions } from './options.js';
import { streamReadRequest } from './read-messages.js';
import { persistently, type Patience } from './retry.js';
import { bytesOf, type SentEvent } from './sent-event.js';
import { WrongRevisionAnswer } from './server-errors.js';
import { StreamNames } from './stream-names.js';

/** Of one append; well below what servers take by default. */
const MOST_BYTES = 900_000;

/** The mirror in streams of an EventStoreDB. Any number of processes may write it: exact revisions let one win. */
export class EventStoreChangesMirror implements ChangesMirror {
  readonly #connection: Connection;
  readonly #names: StreamNames;
  readonly #appends: BatchAppends;
  readonly #reads: EventReads;
  readonly #patience: Patience;
  readonly #end = new AbortController();
  #closing: Promise<void> | null = null;

  constructor({
    url,
    deadlineMs = 10_000,
    // Whoever writes a mirror comes back by themselves, and wants to tell what is wrong.
    retryForMs = 5_000,
    firstWaitMs = 50,
    namespace = '',
  }: EventStoreLogOptions) {
    this.#patience = { retryForMs, firstWaitMs, signal: this.#end.signal };
    this.#connection = Connection.acquire(url);
    this.#names = new StreamNames(namespace);
    this.#appends = new BatchAppends(this.#connection.calls, this.#names, deadlineMs);
    this.#reads = new EventReads(this.#connection, deadlineMs, this.#patience);
  }

  async partitions(wanted: number): Promise<number> {
    const settled = await this.#meta();
    if (settled !== null) return settled;
    try {
      await this.#append(CHANGES_META_STREAM, -1, [metaEvent(wanted)]);
    } catch (error) {
      if (!(error instanceof WrongExpectedRevisionError)) throw error;
    }
    // Two who begin at once send one event id, and the server says to both that it took theirs.
    return (await this.#meta()) ?? wanted;
  }

  async #meta(): Promise<number | null> {
    const [first] = await this.#read(CHANGES_META_STREAM, 'start', readMeta);
    return first ?? null;
  }

  async end(partition: number): Promise<MirrorEnd | null> {
    const [last] = await this.#read(CHANGES_STREAM_PREFIX + partition, 'end', readEnd);
    return last ?? null;
  }

  async append(
    partition: number,
    changes: readonly MirroredChange[],
    { revision, complete }: { revision: number; complete: MirrorPlace | null },
  ): Promise<number> {
    const events: SentEvent[] = [];
    let bytes = 0;
    for (const change of changes) {
      const event = changeEvent(change);
      bytes += bytesOf(event);
      if (events.length > 0 && bytes > MOST_BYTES) break;
      events.push(event);
    }
    const last = events.length - 1;
    events[last] = endEvent(events[last], changes[last], complete);
    await this.#append(CHANGES_STREAM_PREFIX + partition, revision, events);
    return events.length;
  }

  /** Always made again with the same ids and the same revision, by which the server knows an append that it has taken. */
  async #append(stream: string, expected: number, events: readonly SentEvent[]): Promise<void> {
    try {
      await persistently(`Stream ${stream} cannot be appended to`, this.#patience, () =>
        this.#appends.append(stream, expected, events),
      );
    } catch (error) {
      if (error instanceof WrongRevisionAnswer) throw new WrongExpectedRevisionError(stream, expected, error.actual);
      throw error;
    }
  }

  #read<T>(stream: string, from: 'start' | 'end', take: (stream: string, event: Event) => T): Promise<T[]> {
    const name = this.#names.onServer(stream);
    const request = streamReadRequest({ stream: name, from, backwards: from === 'end', count: 1 });
    return this.#reads.events(`Stream ${stream} cannot be read`, request, (event) => take(stream, event));
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#end.abort();
    await this.#appends.close();
    await this.#connection.release();
  }
}
