import type { LogRecord } from '../port.js';
import type { LogReader } from './log-reader.js';

/** Records that are read from the end before the place is looked for by halving. */
const TAIL = 256;

/**
 * A stream's records behind a position of the log. The server reads streams by revision, and positions grow with
 * revisions: nearly always the end of the stream is asked for, which is read backwards; further back halving finds it.
 */
export async function readStreamAfter(
  reader: LogReader,
  stream: string,
  after: number,
  limit: number,
): Promise<LogRecord[]> {
  if (limit <= 0) return [];
  if (after <= 0) return forwards(reader, stream, 0, limit);
  const tail = (await reader.stream({ stream, from: 'end', backwards: true, count: TAIL })).map(({ record }) => record);
  tail.reverse();
  const oldest = tail.at(0);
  if (!oldest || oldest.position <= after || oldest.revision === 0) {
    const behind = tail.filter(({ position }) => position > after);
    return behind.slice(0, limit);
  }
  let low = 0;
  let high = oldest.revision;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = await reader.at(stream, middle);
    // Records that the server hides (retention) lie before those that it gives.
    if (event && event.record.position > after) high = middle;
    else low = middle + 1;
  }
  return forwards(reader, stream, low, limit);
}

async function forwards(reader: LogReader, stream: string, from: number, limit: number): Promise<LogRecord[]> {
  const events = await reader.stream({ stream, from, count: limit });
  return events.map(({ record }) => record);
}
