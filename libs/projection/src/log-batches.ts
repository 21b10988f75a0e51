import type { EventLog, LogRecord } from '@perennial/event-log';

/** Records that one projection step may hold: enough to fold a customer once in a bulk load, bounded in memory. */
const MAX_WEIGHT = 80_000;
const PAGE = 2_000;

/** About how much memory a record takes, in simple facts: an order with many lines is many. */
function weight(record: LogRecord): number {
  const { lines } = record.data as { lines?: unknown[] };
  return Array.isArray(lines) ? 1 + lines.length / 5 : 1;
}

/**
 * What is in the log after a position, in batches of bounded size, up to the head as it is when the end is reached.
 * @param upTo position at which it ends before that.
 */
export async function* logBatches(log: EventLog, after: number, upTo = Infinity): AsyncGenerator<LogRecord[]> {
  let position = after;
  for (;;) {
    const batch: LogRecord[] = [];
    let total = 0;
    let page: LogRecord[];
    do {
      page = await log.readAll({ after: position, limit: PAGE });
      for (const record of page) {
        if (record.position > upTo) break;
        batch.push(record);
        total += weight(record);
      }
      if (page.length > 0) position = page[page.length - 1].position;
    } while (page.length === PAGE && total < MAX_WEIGHT && position < upTo);
    if (batch.length === 0) return;
    yield batch;
    if (page.length < PAGE || position >= upTo) return;
  }
}

/** The records with `after < position ≤ upTo`. */
export async function recordsBetween(log: EventLog, after: number, upTo: number): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for (let position = after; position < upTo;) {
    const page = await log.readAll({ after: position, limit: PAGE });
    records.push(...page.filter((record) => record.position <= upTo));
    if (page.length < PAGE) break;
    position = page[page.length - 1].position;
  }
  return records;
}
