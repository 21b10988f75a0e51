import { READ_PAGE } from '../paging.js';
import type { EventLog, LogRecord } from '../port.js';
import type { Holder } from './port.js';

/** Records read at once, each by a call of its own. */
const MOST_READS = 32;
/** With fewer than this a page of the log is not tried. */
const FEW = 16;
/** A page of the log costs less than single reads when at least one in so many of its records is wanted. */
const ONE_IN = 8;
/** So many are read singly before a page is tried again, when one did not pay. */
const SINGLE_READS = 256;

/**
 * The records at some places, by position. What is sent again is mostly sent in the order in which it was sent first, so
 * it lies close together in the log and is read by the page; what is scattered is read one by one.
 * @throws LogUnavailableError
 */
export async function readHeld(log: EventLog, holders: readonly Holder[]): Promise<ReadonlyMap<number, LogRecord>> {
  const places = [...new Map(holders.map((holder) => [holder.position, holder])).values()];
  places.sort((a, b) => a.position - b.position);
  const records = new Map<number, LogRecord>();
  for (let i = 0; i < places.length;) {
    const left = places.length - i;
    if (left < FEW) return readSingly(log, places.slice(i), records);
    const page = await log.readAll({ after: places[i].previous, limit: Math.min(left, READ_PAGE) });
    const found = takeWanted(page, places, i, records);
    i += found;
    if (found * ONE_IN >= page.length) continue;
    await readSingly(log, places.slice(i, i + SINGLE_READS), records);
    i += SINGLE_READS;
  }
  return records;
}

/** Takes of a page what is wanted from place `first` on. @returns how many. */
function takeWanted(
  page: readonly LogRecord[],
  places: readonly Holder[],
  first: number,
  records: Map<number, LogRecord>,
): number {
  let next = first;
  for (const record of page) {
    if (next === places.length || record.position < places[next].position) continue;
    requirePlace(record, places[next]);
    records.set(record.position, record);
    next++;
  }
  if (next === first) requirePlace(undefined, places[first]);
  return next - first;
}

async function readSingly(
  log: EventLog,
  places: readonly Holder[],
  records: Map<number, LogRecord>,
): Promise<ReadonlyMap<number, LogRecord>> {
  for (let i = 0; i < places.length; i += MOST_READS) {
    await Promise.all(
      places.slice(i, i + MOST_READS).map(async (place) => {
        const [record] = await log.readAll({ after: place.previous, limit: 1 });
        requirePlace(record, place);
        records.set(place.position, record);
      }),
    );
  }
  return records;
}

function requirePlace(record: LogRecord | undefined, { position }: Holder): void {
  if (record?.position !== position) throw new Error(`The log no longer holds its record at ${position}`);
}
