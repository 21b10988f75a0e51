import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EventLog } from '@perennial/event-log';
import { catchUpLive, openLogForReading, openStores, type Stores } from '@perennial/projection';
import { StaleCheckpointError } from '@perennial/read-store';
import { Failure } from '../failure.js';

/** Does some work with the store of a directory, and closes it whatever happens. The store is made when there is none. */
export async function withStore<T>(dataDir: string, work: (stores: Stores) => Promise<T>): Promise<T> {
  const stores = openStores(dataDir);
  try {
    return await work(stores);
  } finally {
    await stores.close();
  }
}

/** The same with a store that is there. @throws Failure when it is not. */
export async function withExistingStore<T>(dataDir: string, work: (stores: Stores) => Promise<T>): Promise<T> {
  requireStore(dataDir);
  return withStore(dataDir, work);
}

/** Does some work with the log alone, of which nothing is changed. @throws Failure when there is none. */
export async function withLogForReading<T>(dataDir: string, work: (log: EventLog) => Promise<T>): Promise<T> {
  requireStore(dataDir);
  const log = openLogForReading(dataDir);
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

function requireStore(dataDir: string): void {
  if (existsSync(join(dataDir, 'log.db'))) return;
  throw new Failure(`There is no store in ${dataDir}: import something first, or name another one with --data DIR`);
}

/** Brings the read store up to the head of the log, beside an engine that may be doing the same. */
export async function catchUp(
  { log, stores }: Stores,
  onProgress?: (position: number, head: number) => void,
): Promise<void> {
  for (;;) {
    try {
      await catchUpLive(log, stores, onProgress);
      return;
    } catch (error) {
      // The engine was faster: go on behind it.
      if (!(error instanceof StaleCheckpointError)) throw error;
    }
  }
}
