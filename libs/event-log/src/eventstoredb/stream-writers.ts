import type { DurableAppends } from './durable-appends.js';
import { KnownRecords } from './known-records.js';
import type { LogReader } from './log-reader.js';
import { StreamWriter } from './stream-writer.js';

/** Records of which ids and keys are kept in memory, over all streams. */
const MOST_KNOWN = 500_000;

/** The writers of the streams that were written to lately. */
export class StreamWriters {
  readonly known = new KnownRecords();
  /** The one used last comes last. */
  readonly #writers = new Map<string, StreamWriter>();

  constructor(
    private readonly appends: DurableAppends,
    private readonly reader: LogReader,
  ) {}

  of(stream: string): StreamWriter {
    const writer = this.#writers.get(stream) ?? new StreamWriter(stream, this.appends, this.reader, this.known);
    this.#writers.delete(stream);
    this.#writers.set(stream, writer);
    if (this.known.size + this.#writers.size > MOST_KNOWN) this.#forgetOldest();
    return writer;
  }

  /** The stream of a record that was written or read lately, null when that is not known. */
  streamOfId(id: string): string | null {
    return this.known.streamOfId(id);
  }

  #forgetOldest(): void {
    for (const [stream, writer] of this.#writers) {
      if (!writer.isIdle) continue;
      writer.index.forget();
      this.#writers.delete(stream);
      if (this.known.size + this.#writers.size <= MOST_KNOWN * 0.9) return;
    }
  }
}
