import type { LogRecord } from '../port.js';
import type { LogReader } from './log-reader.js';

/** Pages from this size on are taken for a walk through the log, of which the next page will be asked for too. */
const WALK = 500;

interface PageAhead {
  after: number;
  limit: number;
  types: readonly string[] | undefined;
  records: Promise<LogRecord[]>;
}

/** Pages of the log, the next one being read while the consumer is busy with this one. */
export class ReadAhead {
  #ahead: PageAhead | null = null;

  constructor(private readonly reader: LogReader) {}

  /** @throws LogUnavailableError */
  async page(after: number, limit: number, types?: readonly string[]): Promise<LogRecord[]> {
    const records = (await this.#takeAhead(after, limit, types)) ?? [];
    if (records.length < limit) {
      // What was read ahead may have ended where the log ended then: what came since belongs to this page.
      const rest = await this.#read(records.at(-1)?.position ?? after, limit - records.length, types);
      records.push(...rest);
    }
    if (records.length === limit && limit >= WALK) this.#readAhead(records.at(-1)!.position, limit, types);
    return records;
  }

  async #takeAhead(after: number, limit: number, types?: readonly string[]): Promise<LogRecord[] | null> {
    const ahead = this.#ahead;
    if (!ahead || ahead.after !== after || ahead.limit !== limit || ahead.types?.join() !== types?.join()) return null;
    this.#ahead = null;
    // What failed ahead of time is tried again in time.
    return ahead.records.catch(() => null);
  }

  #readAhead(after: number, limit: number, types?: readonly string[]): void {
    const records = this.#read(after, limit, types);
    records.catch(() => undefined);
    this.#ahead = { after, limit, types, records };
  }

  async #read(after: number, limit: number, types?: readonly string[]): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    for await (const events of this.reader.log({ from: after || 'start', count: limit, types })) {
      for (const { record } of events) records.push(record);
      if (records.length >= limit) break;
    }
    return records.slice(0, limit);
  }
}
