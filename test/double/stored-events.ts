/** An event as the double keeps it. */
export interface StoredEvent {
  stream: string;
  revision: number;
  /** Commit and prepare position. */
  position: number;
  id: string;
  type: string;
  contentType: string;
  /** Unix milliseconds. */
  created: number;
  metadata: Uint8Array;
  data: Uint8Array;
}

export type NewEvent = Pick<StoredEvent, 'id' | 'type' | 'contentType' | 'metadata' | 'data'>;

/** Revision that an append expects: an exact one, or one of the words of the protocol. */
export type Expected = number | 'no-stream' | 'any' | 'stream-exists';

export type AppendResult =
  | { status: 'success'; revision: number; position: number }
  | { status: 'wrong-revision'; current: number | null }
  | { status: 'stream-deleted' }
  | { status: 'too-large' };

/** In all, of the data alone: that is how the server counts. */
export const MOST_APPEND_BYTES = 1024 * 1024;

interface Stream {
  events: StoredEvent[];
  tombstoned: boolean;
}

interface Retention {
  $maxCount?: number;
  /** Seconds. */
  $maxAge?: number;
  /** Revision of the first event that is given. */
  $tb?: number;
}

/** What truncating before says after a soft delete: everything is hidden. */
const SOFT_DELETED = Number.MAX_SAFE_INTEGER;

/**
 * Events in memory, appended by the rules of the server: exact revisions, and idempotency by event ids, which for
 * appends at any revision lasts as long as the server's memory.
 */
export class StoredEvents {
  readonly all: StoredEvent[] = [];
  readonly #streams = new Map<string, Stream>();
  #remembered = new Map<string, StoredEvent>();
  readonly #listeners = new Set<() => void>();

  constructor() {
    // A server's log never begins with a user's event.
    const data = Buffer.from('{"$maxAge":2592000}');
    const metadata = new Uint8Array();
    const id = '00000000-0000-4000-8000-000000000001';
    this.append('$$$scavenges', 'any', [{ id, type: '$metadata', contentType: 'application/json', metadata, data }]);
  }

  append(name: string, expected: Expected, events: readonly NewEvent[]): AppendResult {
    const stream = this.#streams.get(name);
    if (stream?.tombstoned) return { status: 'stream-deleted' };
    if (events.reduce((bytes, { data }) => bytes + data.length, 0) > MOST_APPEND_BYTES) return { status: 'too-large' };
    const last = (stream?.events.length ?? 0) - 1;
    const verdict = this.#judge(name, stream?.events ?? [], expected, events);
    if (verdict === 'wrong') return { status: 'wrong-revision', current: last === -1 ? null : last };
    if (verdict !== 'write') return { status: 'success', revision: verdict.revision, position: verdict.position };
    const { revision, position } = this.#write(name, events);
    for (const listener of this.#listeners) listener();
    return { status: 'success', revision, position };
  }

  /** True when an append would be answered as one that was written before. */
  knows(name: string, expected: Expected, events: readonly NewEvent[]): boolean {
    return typeof this.#judge(name, this.#streams.get(name)?.events ?? [], expected, events) !== 'string';
  }

  /** To be written, refused, or known as written: then the last of the events that were there. */
  #judge(
    name: string,
    held: StoredEvent[],
    expected: Expected,
    events: readonly NewEvent[],
  ): 'write' | 'wrong' | StoredEvent {
    const last = held.length - 1;
    if (expected === 'any' || expected === 'stream-exists') {
      if (expected === 'stream-exists' && last === -1) return 'wrong';
      const first = this.#remembered.get(`${name} ${events[0]?.id}`);
      return first ? this.#repeated(held, first.revision, events) : 'write';
    }
    const revision = expected === 'no-stream' ? -1 : expected;
    if (revision === last) return 'write';
    if (revision > last) return 'wrong';
    const repeated = this.#repeated(held, revision + 1, events);
    return repeated === 'wrong' && expected === 'no-stream' && this.isHidden(name) ? 'write' : repeated;
  }

  #repeated(held: StoredEvent[], from: number, events: readonly NewEvent[]): 'wrong' | StoredEvent {
    const same = events.every(({ id }, index) => held[from + index]?.id === id);
    return same ? held[from + events.length - 1] : 'wrong';
  }

  #write(name: string, events: readonly NewEvent[]): StoredEvent {
    const stream = this.#streams.get(name) ?? { events: [], tombstoned: false };
    this.#streams.set(name, stream);
    for (const event of events) {
      const before = this.all.at(-1);
      const position = before ? before.position + 120 + before.data.length + before.metadata.length : 548;
      const stored = { ...event, stream: name, revision: stream.events.length, position, created: Date.now() };
      stream.events.push(stored);
      this.all.push(stored);
      this.#remembered.set(`${name} ${event.id}`, stored);
    }
    return this.all.at(-1)!;
  }

  /** The events of a stream that reads of it are given; null when there is no such stream. */
  visible(name: string): StoredEvent[] | null {
    const stream = this.#streams.get(name);
    if (!stream) return null;
    const { $maxCount = Infinity, $maxAge = Infinity, $tb = 0 } = this.#retention(name);
    if ($tb === SOFT_DELETED) return null;
    const from = Math.max($tb, stream.events.length - $maxCount);
    const since = Date.now() - $maxAge * 1_000;
    return stream.events.filter(({ revision, created }) => revision >= from && created >= since);
  }

  /** The event at a revision, whatever is hidden. */
  at(name: string, revision: number): StoredEvent | undefined {
    return this.#streams.get(name)?.events[revision];
  }

  isTombstoned(name: string): boolean {
    return this.#streams.get(name)?.tombstoned ?? false;
  }

  isHidden(name: string): boolean {
    return this.#retention(name).$tb === SOFT_DELETED;
  }

  /** Hides what is there; what is appended later is seen again. The log keeps everything. */
  softDelete(name: string): void {
    this.#writeRetention(name, { ...this.#retention(name), $tb: SOFT_DELETED });
  }

  /** Ends a stream for ever. */
  tombstone(name: string): void {
    const stream = this.#streams.get(name) ?? { events: [], tombstoned: true };
    this.#streams.set(name, stream);
    stream.tombstoned = true;
  }

  #retention(name: string): Retention {
    const latest = this.#streams.get(`$$${name}`)?.events.at(-1);
    return latest ? (JSON.parse(Buffer.from(latest.data).toString()) as Retention) : {};
  }

  #writeRetention(name: string, retention: Retention): void {
    const data = Buffer.from(JSON.stringify(retention));
    const event = { type: '$metadata', contentType: 'application/json', metadata: new Uint8Array(), data };
    this.append(`$$${name}`, 'any', [{ ...event, id: crypto.randomUUID() }]);
  }

  /** Index in `all` of the event at a position, -1 when no event is there. */
  indexOf(position: number): number {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.all[middle].position < position) low = middle + 1;
      else high = middle;
    }
    return this.all[low]?.position === position ? low : -1;
  }

  /** Calls `listener` after every append until the returned function is called. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What a restart does to the memory of event ids. */
  forgetIds(): void {
    this.#remembered = new Map();
  }
}
