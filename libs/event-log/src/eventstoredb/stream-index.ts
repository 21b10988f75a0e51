import type { StoredEvent } from './event-form.js';
import type { KnownRecords } from './known-records.js';
import type { LogReader } from './log-reader.js';

/** How far back ids and keys of a stream are known, records. */
const DEPTH = 2_000;

interface KeyHolder {
  id: string;
  revision: number;
}

/**
 * What this process knows of a stream: its head, and which message ids and natural keys its records have. As every
 * append names the head exactly, whatever others append in between is found out and read before the next append.
 */
export class StreamIndex {
  /** Revision of the last record, -1 when there is none. */
  #head = -1;
  /** A stream never seen is taken to be empty until the server says otherwise: most customers are new only once. */
  #state: 'assumed-empty' | 'known' | 'unknown' = 'assumed-empty';
  readonly #ids = new Map<string, number>();
  readonly #keys = new Map<string, KeyHolder>();
  /** Positions of records that take up neither id nor key. */
  readonly #disregarded = new Set<number>();

  constructor(
    readonly stream: string,
    private readonly reader: LogReader,
    private readonly known: KnownRecords,
  ) {}

  get head(): number {
    return this.#head;
  }

  /** True when the head was read or written, not assumed. */
  get isKnown(): boolean {
    return this.#state === 'known';
  }

  /** True when the stream must be read before anything is decided. */
  get isDoubtful(): boolean {
    return this.#state === 'unknown';
  }

  revisionOfId(id: string): number | null {
    return this.#ids.get(id) ?? null;
  }

  holderOfKey(key: string): KeyHolder | null {
    return this.#keys.get(key) ?? null;
  }

  /** Says that an append has an unknown end: the stream must be read before anything is decided. */
  doubt(): void {
    this.#state = 'unknown';
  }

  /** Reads what is new since the head. @throws LogUnavailableError */
  async refresh(): Promise<void> {
    const newer =
      this.#head === -1
        ? (await this.reader.stream({ stream: this.stream, from: 'end', backwards: true, count: DEPTH })).reverse()
        : await this.reader.stream({ stream: this.stream, from: this.#head + 1, count: Infinity });
    for (const { record, key } of newer) {
      if (this.#disregarded.has(record.position)) this.#head = record.revision;
      else this.#add(record.id, key, record.revision);
    }
    this.#state = 'known';
  }

  /** Takes up records that were appended, `last` being the revision of the last one. */
  appended(records: readonly { id: string; key?: string }[], last: number): void {
    for (const [index, { id, key }] of records.entries()) this.#add(id, key, last - records.length + 1 + index);
    this.#state = 'known';
  }

  #add(id: string, key: string | undefined, revision: number): void {
    if (!this.#ids.has(id)) this.#ids.set(id, revision);
    if (key !== undefined && !this.#keys.has(key)) this.#keys.set(key, { id, revision });
    this.known.add(this.stream, id, key);
    this.#head = Math.max(this.#head, revision);
  }

  /** The record at a revision that the index named. @throws LogUnavailableError */
  async record(revision: number): Promise<StoredEvent> {
    const event = await this.reader.at(this.stream, revision);
    if (!event) throw new Error(`Stream ${this.stream} no longer holds its record ${revision}`);
    return event;
  }

  /** Says that records do not stand. Who took their ids and keys up after them is found by reading the stream anew. */
  disregard(positions: ReadonlySet<number>): void {
    for (const position of positions) this.#disregarded.add(position);
    this.forget();
    this.#ids.clear();
    this.#keys.clear();
    this.#head = -1;
    this.#state = 'unknown';
  }

  /** Takes its ids and keys out of what is known. */
  forget(): void {
    for (const id of this.#ids.keys()) this.known.remove(this.stream, id, undefined);
    for (const [key, { id }] of this.#keys) this.known.remove(this.stream, id, key);
  }

  get size(): number {
    return 1 + this.#ids.size + this.#keys.size;
  }
}
