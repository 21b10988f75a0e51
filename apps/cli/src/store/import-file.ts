import {
  FactIntake,
  importFacts,
  type ImportReport,
  type CsvMap,
  MapMismatchError,
  parseMap,
  readCsvFacts,
  readJsonLines,
  type Rejection,
} from '@perennial/ingest';
import type { Stores } from '@perennial/projection';
import { errorLines, Failure } from '../failure.js';
import { openInput, readJsonFile } from '../files/input-file.js';
import type { Progress } from '../terminal/progress.js';
import { catchUp } from './open-store.js';

export interface ImportFileOptions {
  file: string;
  /** How rows become facts; null for JSON lines. */
  map: CsvMap | null;
  announce: boolean;
  onRejected: (rejection: Rejection) => Promise<void> | void;
  progress: Progress;
}

/**
 * Imports a file into the log and brings the read store up with it. Time stays where it was.
 * @throws Failure when the file cannot be read, or the map does not fit it.
 */
export async function importFile(stores: Stores, options: ImportFileOptions): Promise<ImportReport> {
  const { log, catalogue, personalData } = stores;
  const input = await openInput(options.file);
  const source = options.map === null ? readJsonLines(input.bytes) : readCsvFacts(input.bytes, options.map);
  const report = await whereMapFits(options.file, () =>
    importFacts(
      source,
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
        announce: options.announce,
        onRejected: options.onRejected,
        onProgress: ({ read }) => options.progress.update(input.read(), input.size, read),
      },
    ),
  );
  await catchUp(stores);
  return report;
}

async function whereMapFits<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MapMismatchError) throw new Failure(`The map does not fit ${file}`, errorLines(error.errors));
    throw error;
  }
}

/** @throws Failure when the file is no map. */
export async function readMapFile(path: string): Promise<CsvMap> {
  const parsed = parseMap(await readJsonFile(path));
  if (parsed.ok) return parsed.map;
  throw new Failure(`${path} is no map for CSV`, errorLines(parsed.errors));
}
