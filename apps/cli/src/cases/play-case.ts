import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Rejection } from '@perennial/ingest';
import { parseInstant } from '@perennial/membership';
import {
  openStores,
  rebuild,
  removeDatabaseOf,
  removeReadStore,
  type Stores,
  type StoreSettings,
} from '@perennial/projection';
import { errorLines, Failure } from '../failure.js';
import { importFile } from '../store/import-file.js';
import { catchUp } from '../store/open-store.js';
import { silentProgress } from '../terminal/progress.js';
import { linesOf, type WorkedCase } from './case-files.js';
import { caseStores } from './case-stores.js';
import type { Without } from './compare-members.js';
import { readAll, type Reading, readSingly, verifyProblems } from './reading.js';
import { shuffled } from './shuffle.js';

/**
 * Plays a case in a store of its own: publishes the programs, imports the facts, reads the members as of each instant.
 * @param thorough also reads them member by member from the read store, after a rebuild, after the read store was
 * deleted, and after an import of the same facts in another order; `verify` each time.
 */
export async function playCase(
  worked: WorkedCase,
  options: { without: Without; thorough: boolean },
): Promise<Reading[]> {
  const dir = await mkdtemp(join(tmpdir(), 'perennial-case-'));
  const store = caseStores(join(dir, 'store'));
  const other = caseStores(join(dir, 'shuffled'));
  try {
    const readings: Reading[] = [];
    const rejections = await withCase(store, worked, worked.factsFile, async (stores, rejected) => {
      readings.push(await readAll('imported', stores, worked, options.without, setAsideProblems(worked, rejected)));
      if (!options.thorough) return rejected;
      readings.push(await readSingly('read one by one', stores, worked, options.without));
      await rebuild(stores.log, stores.stores);
      readings.push(await readSingly('rebuilt', stores, worked, options.without));
      return rejected;
    });
    if (options.thorough) {
      readings.push(await playWithoutReadStore(store, worked, options.without));
      readings.push(await playShuffled(dir, other, worked, rejections, options.without));
    }
    return readings;
  } finally {
    await removeDatabaseOf(store);
    await removeDatabaseOf(other);
    await rm(dir, { recursive: true, force: true });
  }
}

async function withCase<T>(
  settings: StoreSettings,
  worked: WorkedCase,
  file: string,
  work: (stores: Stores, rejected: Rejection[]) => Promise<T>,
): Promise<T> {
  const stores = await openStores(settings);
  try {
    await publishPrograms(stores, worked);
    const rejected: Rejection[] = [];
    await importFile(stores, {
      file,
      map: null,
      announce: false,
      onRejected: (rejection) => void rejected.push(rejection),
      progress: silentProgress(),
    });
    return await work(stores, rejected);
  } finally {
    await stores.close();
  }
}

async function publishPrograms({ catalogue }: Stores, { programs, name }: WorkedCase): Promise<void> {
  for (const { document, effectiveFrom } of programs) {
    const from = effectiveFrom === null ? null : parseInstant(effectiveFrom);
    const result = await catalogue.publish(document, { effectiveFrom: from, now: Date.now(), source: 'case' });
    if (!result.ok) throw new Failure(`A program of ${name} cannot be published`, errorLines(result.errors));
  }
}

/** The read store is made from nothing but the log, so it may be lost. */
async function playWithoutReadStore(settings: StoreSettings, worked: WorkedCase, without: Without): Promise<Reading> {
  await removeReadStore(settings);
  const stores = await openStores(settings);
  try {
    await catchUp(stores);
    return await readSingly('read store deleted', stores, worked, without);
  } finally {
    await stores.close();
  }
}

/**
 * In another order other facts would be the first of their id or key, so what was set aside stays out; convergence speaks
 * of the facts that the log took (ruling 1). Refused links are facts of the log all the same.
 */
async function playShuffled(
  dir: string,
  settings: StoreSettings,
  worked: WorkedCase,
  rejections: Rejection[],
  without: Without,
) {
  const out = new Set(rejections.filter(({ reason }) => reason !== 'link-refused').map(({ line }) => line));
  const lines = linesOf(gunzipSync(await readFile(worked.factsFile)).toString('utf8'));
  const file = join(dir, 'shuffled.jsonl');
  await writeFile(file, shuffled(lines.filter((_, i) => !out.has(i + 1))).join('\n'));
  return withCase(settings, worked, file, async (stores, rejected) => {
    const problems = rejected.filter(({ reason }) => reason !== 'link-refused').map(({ id }) => `${id} was set aside`);
    return readAll('shuffled', stores, worked, without, [...problems, ...(await verifyProblems(stores))]);
  });
}

function setAsideProblems({ setAside }: WorkedCase, rejections: readonly Rejection[]): string[] {
  const actual = new Set(rejections.map(({ id }) => id ?? '(no id)'));
  return [
    ...[...setAside].filter((id) => !actual.has(id)).map((id) => `${id} was not set aside`),
    ...[...actual].filter((id) => !setAside.has(id)).map((id) => `${id} was set aside`),
  ];
}
