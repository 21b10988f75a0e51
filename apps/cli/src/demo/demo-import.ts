import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';
import { FactIntake, type FactSource, importFacts, type ImportReport } from '@perennial/ingest';
import type { FactJson } from '@perennial/membership';
import { type Stores, tick } from '@perennial/projection';
import { Failure } from '../failure.js';
import { catchUp } from '../store/open-store.js';
import type { Progress } from '../terminal/progress.js';

const BATCH = 1_000;

/**
 * Takes the facts of a simulated shop into a store, as an import of history, and brings the read store up to now.
 * @throws Failure when the store holds anything else: real customers and simulated ones do not mix.
 */
export async function importShop(
  stores: Stores,
  facts: readonly FactJson[],
  progress: Progress,
): Promise<ImportReport> {
  const { log, catalogue, personalData } = stores;
  if (
    (await log.hasCustomerFacts()) &&
    (await log.findById(facts[0].id))?.occurredAt !== Date.parse(facts[0].occurredAt)
  ) {
    throw new Failure(
      'The store already holds facts, and the simulated shop goes into an empty one: name another with --data DIR',
    );
  }
  const report = await importFacts(
    inBatches(facts, progress),
    {
      log,
      intake: new FactIntake(log, catalogue, { personalData }),
      programVersions: () => catalogue.versions(),
      links: async () => {
        await catchUp(stores);
        return (await stores.stores.current()).links();
      },
      clock: Date.now,
    },
    {
      announce: false,
      onRejected: ({ id, reason }) => {
        throw new Error(`The simulated fact ${id} is not sound: ${reason}`);
      },
    },
  );
  await catchUp(stores);
  if (report.added > 0) {
    await tick(log, Date.now());
    await catchUp(stores);
  }
  return report;
}

/** Lets the progress be seen between batches. */
async function* inBatches(facts: readonly FactJson[], progress: Progress): FactSource {
  for (let from = 0; from < facts.length; from += BATCH) {
    yield facts.slice(from, from + BATCH).map((fact, n) => ({ line: from + n + 1, input: fact, row: fact }));
    const done = Math.min(from + BATCH, facts.length);
    progress.update(done, facts.length, done);
    await turnOfTheEventLoop();
  }
}
