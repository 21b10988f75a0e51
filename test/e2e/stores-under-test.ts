import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStoreSettings, type StoreSettings } from '@perennial/projection';
import { EventStoreDouble } from '../double/eventstoredb-double.js';
import { createDatabase } from '../postgres/database.js';

/**
 * Which stores the end-to-end suite runs on: `TEST_STORES=eventstoredb+postgres`, any of both halves; default all embedded.
 * An EventStoreDB is the protocol double, or the server that EVENTSTORE_URL names.
 */
const [eventLog, readStore] = (process.env.TEST_STORES ?? 'sqlite+sqlite').split('+');

const server = process.env.EVENTSTORE_URL;
const double = eventLog === 'eventstoredb' && !server ? await EventStoreDouble.start() : null;
const database = readStore === 'postgres' ? await createDatabase() : null;

afterAll(async () => {
  await double?.stop();
  await database?.drop();
});

/** True when everything lies in files of one directory, which a test may then look at. */
export const isEmbedded = eventLog === 'sqlite' && readStore === 'sqlite';

/** For what speaks of those files. */
export const describeEmbedded = isEmbedded ? describe : describe.skip;
export const itEmbedded = isEmbedded ? it : it.skip;

/** What tells a process where the stores of a directory are; on servers they have names of their own. */
export function storesEnv(dataDir: string): NodeJS.ProcessEnv {
  if (database) giveMasterKey(dataDir);
  const own = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  return {
    PERENNIAL_DATA: dataDir,
    EVENT_LOG: eventLog,
    READ_STORE: readStore,
    ...(eventLog === 'eventstoredb' && { EVENTSTORE_URL: double?.url ?? server, EVENTSTORE_NAMESPACE: `e2e-${own}-` }),
    ...(database && { DATABASE_URL: database.url, DATABASE_SCHEMA: `e2e_${own}`, PARTITIONS: '4' }),
  };
}

/** Machines that share keys make none of their own. */
function giveMasterKey(dataDir: string): void {
  const path = join(dataDir, 'master.key');
  if (existsSync(path)) return;
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
}

/** The same for a test that opens them itself. */
export function settingsOf(dataDir: string): StoreSettings {
  return readStoreSettings(storesEnv(dataDir), dataDir);
}
