import { randomBytes } from 'node:crypto';
import { readStoreSettings, type StoreSettings } from '@perennial/projection';

/** Stores of a case's own: in a directory, or on the servers that the environment names, under names nobody else has. */
export function caseStores(dir: string): StoreSettings {
  const settings = readStoreSettings(process.env, dir);
  const own = randomBytes(6).toString('hex');
  const { eventLog, readStore } = settings;
  if (eventLog.kind === 'eventstoredb') eventLog.namespace += `case-${own}-`;
  if (readStore.kind === 'postgres') readStore.schema = `case_${own}`;
  settings.masterKey = randomBytes(32).toString('base64');
  return settings;
}
