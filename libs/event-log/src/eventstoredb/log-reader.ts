import type { LogRecord } from '../port.js';
import { toStoredEvent, type StoredEvent } from './event-form.js';
import { streamNameOf, type Event, type EventReads } from './event-reads.js';
import { logReadRequest, streamReadRequest, type StreamRead } from './read-messages.js';
import type { StreamNames } from './stream-names.js';

/** Code 2 is the server's answer to a position that is no event's. */
function none(error: Error): [] {
  if ('code' in error && error.code === 2) return [];
  throw error;
}

/** Events of one read of the server: memory is bounded by it. */
const MOST_EVENTS = 4_096;

/** What is read of the whole log. */
export interface LogRead {
  /** Position of an event, forwards given no more, or either end. */
  from: number | 'start' | 'end';
  backwards?: boolean;
  /** How many the consumer wants at most: the size of the pages. */
  count: number;
  /** Only records of these types; default all. */
  types?: readonly string[];
}

/** What is read of the log's streams. */
export class LogReader {
  constructor(
    private readonly reads: EventReads,
    private readonly names: StreamNames,
  ) {}

  /** Events of a stream, at most `count`; none when there is no such stream. @throws LogUnavailableError */
  async stream({ stream, from, backwards = false, count }: StreamRead): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    const name = this.names.onServer(stream);
    for (let next = from, left = count; left > 0;) {
      const most = Math.min(left, MOST_EVENTS);
      const request = streamReadRequest({ stream: name, from: next, backwards, count: most });
      const page = await this.reads.events(`Stream ${stream} cannot be read`, request, (event) =>
        toStoredEvent(stream, event),
      );
      events.push(...page);
      if (page.length < most) break;
      left -= most;
      const last = events.at(-1)!.record.revision;
      next = backwards ? last - 1 : last + 1;
      if (next < 0) break;
    }
    return events;
  }

  /** The event at a revision, null when there is none. @throws LogUnavailableError */
  async at(stream: string, revision: number): Promise<StoredEvent | null> {
    const [event] = await this.stream({ stream, from: revision, count: 1 });
    return event ?? null;
  }

  /** The record of the log's streams at a position, null when there is none. @throws LogUnavailableError */
  async atPosition(position: number): Promise<LogRecord | null> {
    const of = { streams: this.names.prefixes };
    const request = logReadRequest({ from: position, backwards: false, count: 1, of });
    const take = (event: Event) => this.#ofLog(event, undefined);
    const events = await this.reads.events('The log cannot be read', request, take, none);
    const record = events[0]?.record;
    return record?.position === position ? record : null;
  }

  /** Position of the last event of the log's streams, 0 when there is none. @throws LogUnavailableError */
  async head(): Promise<number> {
    for await (const [last] of this.log({ from: 'end', backwards: true, count: 1 })) return last.record.position;
    return 0;
  }

  /** Events of the log's streams, page by page, as many as the consumer takes. @throws LogUnavailableError */
  async *log({ from, backwards = false, count, types }: LogRead): AsyncGenerator<StoredEvent[]> {
    const of = types ? { types } : { streams: this.names.prefixes };
    for (let next = from; ;) {
      // One more: forwards the first is the one that was given last.
      const most = Math.min(Math.max(count, 16) + 1, MOST_EVENTS);
      const request = logReadRequest({ from: next, backwards, count: most, of });
      const given = backwards ? null : next;
      let last = next;
      const page = await this.reads.events('The log cannot be read', request, (event) => {
        last = Number(event.getCommitPosition());
        return last === given ? null : this.#ofLog(event, types);
      });
      const events = page.filter((event) => event !== null);
      if (events.length > 0) yield events;
      if (page.length < most) return;
      next = last;
    }
  }

  /** Null for what the server lets through because it filters by how names begin. */
  #ofLog(event: Event, types: readonly string[] | undefined): StoredEvent | null {
    const stream = this.names.inLog(streamNameOf(event));
    if (stream === null || (types && !types.includes(event.getMetadataMap().get('type') ?? ''))) return null;
    return toStoredEvent(stream, event);
  }
}
