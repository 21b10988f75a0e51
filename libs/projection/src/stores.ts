import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type EventLog, openEventStoreLog, openSqliteLog } from '@perennial/event-log';
import { PersonalData } from '@perennial/privacy';
import { openSqliteReadStores, type ReadStores } from '@perennial/read-store';
import { knownLinks } from './known-links.js';
import { type Leases, LocalLeases } from './partitions/leases.js';
import { MemberReader } from './member-reader.js';
import { ProfileReader } from './profile-reader.js';
import { ProgramCatalogue } from './program-catalogue.js';
import type { StoreSettings } from './store-settings.js';

/** Everything that a process needs of its stores. */
export interface Stores {
  settings: StoreSettings;
  log: EventLog;
  stores: ReadStores;
  /** Among the processes that share the read store. */
  leases: Leases;
  catalogue: ProgramCatalogue;
  reader: MemberReader;
  /** Everything personal goes into the log, and comes out of it, through this. */
  personalData: PersonalData;
  profiles: ProfileReader;
  close(): Promise<void>;
}

/** Opens the log and the read store, and makes what is absent. Keys of customers are opened when they are first needed. */
export async function openStores(settings: StoreSettings): Promise<Stores> {
  mkdirSync(settings.dataDir, { recursive: true });
  const log = await openLog(settings);
  const stores = openReadStores(settings);
  const leases = new LocalLeases();
  const catalogue = new ProgramCatalogue(log);
  const reader = new MemberReader(log, stores, catalogue);
  const personalData = new PersonalData({
    path: join(settings.dataDir, 'keys.db'),
    master: { path: join(settings.dataDir, 'master.key'), given: settings.masterKey ?? undefined },
    log,
    links: () => knownLinks(log, stores),
  });
  return {
    settings,
    log,
    stores,
    leases,
    catalogue,
    reader,
    personalData,
    profiles: new ProfileReader(log, reader, personalData),
    close: async () => {
      await personalData.close();
      await leases.close();
      await log.close();
      await stores.close();
    },
  };
}

/** The log alone. */
export async function openLog({ dataDir, eventLog }: StoreSettings): Promise<EventLog> {
  if (eventLog.kind === 'sqlite') return openSqliteLog({ path: join(dataDir, 'log.db') });
  return openEventStoreLog({ url: eventLog.url, namespace: eventLog.namespace });
}

function openReadStores({ dataDir }: StoreSettings): ReadStores {
  return openSqliteReadStores({ dir: dataDir });
}
