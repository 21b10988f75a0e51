import fc from 'fast-check';
import { openMemoryLog } from '../memory/memory-log.js';
import type { EventLog } from '../port.js';
import type { Holder } from './port.js';
import { readHeld } from './read-held.js';

const RECORDS = 3_000;

/** A log, the places of its records, and how often it was read. */
async function logOf(count: number) {
  const log = openMemoryLog();
  await log.appendFacts(
    Array.from({ length: count }, (_, n) => ({
      stream: `customer-c-${n % 7}`,
      id: `m-${n}`,
      type: 'VisitRecorded',
      schemaVersion: 1,
      customerId: `c-${n % 7}`,
      occurredAt: n,
      recordedAt: n,
      source: 'test',
      data: {},
    })),
  );
  const all = await log.readAll({ limit: count });
  const places = all.map(({ position }, i): Holder => ({ position, previous: all[i - 1]?.position ?? 0 }));
  let reads = 0;
  const counted: EventLog = new Proxy(log, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'readAll') reads++;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { log: counted, places, reads: () => reads };
}

describe('reading what holds names', () => {
  it('finds exactly the records asked for, wherever they lie and in whatever order they are named', async () => {
    const { log, places } = await logOf(RECORDS);
    const some = fc.oneof(
      fc.array(fc.nat(RECORDS - 1), { maxLength: 400 }),
      // Close together, with gaps, from somewhere on.
      fc
        .tuple(fc.nat(RECORDS - 1), fc.integer({ min: 1, max: 20 }), fc.nat(900))
        .map(([from, step, count]) =>
          Array.from({ length: count }, (_, n) => from + n * step).filter((n) => n < RECORDS),
        ),
    );
    await fc.assert(
      fc.asyncProperty(some, fc.boolean(), async (indexes, reversed) => {
        const wanted = (reversed ? indexes.toReversed() : indexes).map((n) => places[n]);
        const found = await readHeld(log, wanted);
        const expected = [...new Set(indexes)].sort((a, b) => a - b).map((n) => `m-${n}`);
        expect([...found.values()].sort((a, b) => a.position - b.position).map(({ id }) => id)).toEqual(expected);
        for (const [position, record] of found) expect(record.position).toBe(position);
      }),
      { numRuns: 200 },
    );
  });

  it('reads by the page what lies close together, and one by one what is scattered', async () => {
    const { log, places, reads } = await logOf(RECORDS);
    await readHeld(log, places.slice(500, 1_500));
    expect(reads()).toBe(1);
    const before = reads();
    await readHeld(
      log,
      places.filter((_, n) => n % 100 === 0),
    );
    expect(reads() - before).toBeLessThanOrEqual(RECORDS / 100 + 1);
  });

  it('says when the log no longer holds what it held', async () => {
    const { log, places } = await logOf(40);
    const gone = places.map((place) => ({ ...place, position: place.position + 0.5 }));
    await expect(readHeld(log, gone.slice(0, 2))).rejects.toThrow('no longer holds');
    await expect(readHeld(log, gone)).rejects.toThrow('no longer holds');
  });
});
