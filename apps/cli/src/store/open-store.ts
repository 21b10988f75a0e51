import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EventLog } from '@perennial/event-log';
import { catchUpLive, openLogForReading, openStores, type Stores, type StoreSettings } from '@perennial/projection';
import { Failure } from '../failure.js';

/** Does some work with the stores, and closes them whatever happens. They are made when there are none. */
export async function withStore<T>(settings: StoreSettings, work: (stores: Stores) => Promise<T>): Promise<T> {
  const stores = await openStores(settings);
  try {
    return await work(stores);
  } finally {
    await stores.close();
  }
}

/** The same with a store that is there. @throws Failure when it is not. */
export async function withExistingStore<T>(settings: StoreSettings, work: (stores: Stores) => Promise<T>): Promise<T> {
  requireStore(settings);
  return withStore(settings, work);
}

/** Does some work with the log alone, of which nothing is changed. @throws Failure when there is none. */
export async function withLogForReading<T>(settings: StoreSettings, work: (log: EventLog) => Promise<T>): Promise<T> {
  requireStore(settings);
  const log = await openLogForReading(settings);
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

/** A log on a server is there, or says itself that it is not. */
function requireStore({ dataDir, eventLog }: StoreSettings): void {
  if (eventLog.kind !== 'sqlite' || existsSync(join(dataDir, 'log.db'))) return;
  throw new Failure(`There is no store in ${dataDir}: import something first, or name another one with --data DIR`);
}

/** Brings the read store up to the head of the log, beside an engine that may be doing the same. */
export async function catchUp(
  { log, stores, leases }: Stores,
  onProgress?: (position: number, head: number) => void,
): Promise<void> {
  await catchUpLive(log, stores, leases, onProgress);
}
