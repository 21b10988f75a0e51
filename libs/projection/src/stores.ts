import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type EventLog, openSqliteLog } from '@perennial/event-log';
import { PersonalData } from '@perennial/privacy';
import { openSqliteReadStores, type ReadStores } from '@perennial/read-store';
import { knownLinks } from './known-links.js';
import { MemberReader } from './member-reader.js';
import { ProfileReader } from './profile-reader.js';
import { ProgramCatalogue } from './program-catalogue.js';

/** Everything that a process needs of one data directory. */
export interface Stores {
  log: EventLog;
  stores: ReadStores;
  catalogue: ProgramCatalogue;
  reader: MemberReader;
  /** Everything personal goes into the log, and comes out of it, through this. */
  personalData: PersonalData;
  profiles: ProfileReader;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** The key that customers' keys are wrapped with, base64; left out or empty: the one in `master.key`. */
  masterKey?: string | undefined;
}

/**
 * Opens (and creates where absent) the embedded log and read store under a directory. The keys of customers beside them
 * are opened when they are first needed.
 */
export function openStores(dataDir: string, options: OpenOptions = {}): Stores {
  const { masterKey = process.env.PERENNIAL_MASTER_KEY } = options;
  mkdirSync(dataDir, { recursive: true });
  const log = openSqliteLog({ path: join(dataDir, 'log.db') });
  const stores = openSqliteReadStores({ dir: dataDir });
  const catalogue = new ProgramCatalogue(log);
  const reader = new MemberReader(log, stores, catalogue);
  const personalData = new PersonalData({
    path: join(dataDir, 'keys.db'),
    master: { path: join(dataDir, 'master.key'), given: masterKey },
    log,
    links: () => knownLinks(log, stores),
  });
  return {
    log,
    stores,
    catalogue,
    reader,
    personalData,
    profiles: new ProfileReader(log, reader, personalData),
    close: async () => {
      personalData.close();
      await log.close();
      await stores.close();
    },
  };
}
