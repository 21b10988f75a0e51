import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventLog, openMemoryLog } from '@perennial/event-log';
import { catchUp, Projector, resumeTogether } from '@perennial/projection';
import { openSqliteReadStores, type ReadStore } from '@perennial/read-store';
import fc from 'fast-check';
import { arbitraryArrivals, publish, recordsOf } from '../histories/arbitrary-arrivals.js';
import { arbitraryPrograms } from '../histories/arbitrary-history.js';
import { everything } from '../histories/everything.js';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 60);
const PARTITIONS = 3;

describe('partitions that are projected by themselves', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'partitions-property-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  async function inStore<T>(partitions: number, work: (store: ReadStore) => Promise<T>): Promise<T> {
    const path = await mkdtemp(join(dir, 'run-'));
    const stores = openSqliteReadStores({ dir: path, partitions });
    try {
      return await work(await stores.current());
    } finally {
      await stores.close();
    }
  }

  const atOnce = (log: EventLog) =>
    inStore(1, async (store) => {
      await catchUp(log, store, { onFailure: 'stop' });
      return everything(store);
    });

  /** One step of one partition, or of those that are together: its next records, as many as are said. */
  async function step(log: EventLog, store: ReadStore, partitions: number[], size: number): Promise<void> {
    const projector = await Projector.resume(log, store, { onFailure: 'stop', partitions });
    const batch = await log.readAll({ after: projector.position, limit: size });
    if (batch.length > 0) await projector.project(batch);
  }

  const steps = fc.array(fc.tuple(fc.nat(PARTITIONS - 1), fc.integer({ min: 1, max: 9 })), { maxLength: 20 });

  it('give what one projector gives, however far each of them has come meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryArrivals, arbitraryPrograms, steps, async (entries, programs, schedule) => {
        const log = openMemoryLog();
        await publish(log, programs);
        await log.appendFacts(recordsOf(entries));
        const expected = await atOnce(log);
        await inStore(PARTITIONS, async (store) => {
          for (const [partition, size] of schedule) await step(log, store, [partition], size);
          const together = (await resumeTogether(log, store, [0, 1, 2]))!;
          const rest = await log.readAll({ after: together.position });
          if (rest.length > 0) await together.project(rest);
          expect(await everything(store)).toEqual(expected);
        });
      }),
      { numRuns: RUNS },
    );
  });
});
