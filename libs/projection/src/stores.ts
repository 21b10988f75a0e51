import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  type ClaimStore,
  type EventLog,
  openEventStoreLog,
  openPostgresClaims,
  openSqliteClaims,
  openSqliteLog,
  withClaims,
} from '@perennial/event-log';
import { PostgresLeases } from '@perennial/postgres';
import { type KeyPlace, keysInFile, keysInPostgres, PersonalData } from '@perennial/privacy';
import { openPostgresReadStores, openSqliteReadStores, type ReadStores } from '@perennial/read-store';
import { FileFitStore } from './churn/file-fit-store.js';
import type { FitStore } from './churn/fit-store.js';
import { PostgresFitStore } from './churn/postgres-fit-store.js';
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
  /** Which records of the log do not stand; null where the log sees to it by itself. */
  claims: ClaimStore | null;
  stores: ReadStores;
  /** Among the processes that share the read store. */
  leases: Leases;
  /** Fits of churn models. */
  fits: FitStore;
  catalogue: ProgramCatalogue;
  reader: MemberReader;
  /** Everything personal goes into the log, and comes out of it, through this. */
  personalData: PersonalData;
  profiles: ProfileReader;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Connections to a database that this part of the process may hold at once. Default 8. */
  connections?: number;
}

/** Opens the log and the read store, and makes what is absent. Keys of customers are opened when they are first needed. */
export async function openStores(settings: StoreSettings, { connections = 8 }: OpenOptions = {}): Promise<Stores> {
  mkdirSync(settings.dataDir, { recursive: true });
  const { log, claims } = await openClaimedLog(settings);
  const stores = openReadStores(settings, connections);
  const leases = openLeases(settings);
  const fits = await openFits(settings);
  const catalogue = new ProgramCatalogue(log, settings.eventLog.kind === 'sqlite' ? 0 : PROGRAM_TRUSTED_MS);
  const reader = new MemberReader(log, stores, catalogue);
  const personalData = new PersonalData({
    keys: keyPlace(settings),
    master: { path: join(settings.dataDir, 'master.key'), given: settings.masterKey ?? undefined },
    log,
    links: () => knownLinks(log, stores),
  });
  return {
    settings,
    log,
    claims,
    stores,
    leases,
    fits,
    catalogue,
    reader,
    personalData,
    profiles: new ProfileReader(log, reader, personalData),
    close: async () => {
      await personalData.close();
      await leases.close();
      await fits.close();
      await log.close();
      await stores.close();
    },
  };
}

/** The log alone. */
export async function openLog(settings: StoreSettings): Promise<EventLog> {
  return (await openClaimedLog(settings)).log;
}

async function openClaimedLog(settings: StoreSettings): Promise<{ log: EventLog; claims: ClaimStore | null }> {
  const { dataDir, eventLog, readStore } = settings;
  if (eventLog.kind === 'sqlite') return { log: openSqliteLog({ path: join(dataDir, 'log.db') }), claims: null };
  const claims =
    readStore.kind === 'postgres'
      ? await openPostgresClaims({ url: readStore.url, schema: readStore.schema, connections: 2 })
      : openSqliteClaims({ path: join(dataDir, 'claims.db') });
  const log = await openEventStoreLog({ url: eventLog.url, namespace: eventLog.namespace });
  return { log: withClaims(log, claims), claims };
}

function openReadStores({ dataDir, readStore }: StoreSettings, connections: number): ReadStores {
  if (readStore.kind === 'sqlite') return openSqliteReadStores({ dir: dataDir });
  const { url, schema, partitions } = readStore;
  return openPostgresReadStores({ url, schema, partitions, connections, applicationName });
}

function openLeases({ readStore }: StoreSettings): Leases {
  if (readStore.kind === 'sqlite') return new LocalLeases();
  return new PostgresLeases({ url: readStore.url, namespace: readStore.schema, applicationName });
}

async function openFits({ dataDir, readStore }: StoreSettings): Promise<FitStore> {
  if (readStore.kind === 'sqlite') return new FileFitStore(dataDir);
  const { url, schema } = readStore;
  return PostgresFitStore.open({ url, schema: `${schema}_churn`, connections: 1, applicationName });
}

function keyPlace({ dataDir, readStore }: StoreSettings): KeyPlace {
  if (readStore.kind === 'sqlite') return keysInFile(join(dataDir, 'keys.db'));
  const { keysUrl, schema } = readStore;
  return keysInPostgres({ url: keysUrl, schema: `${schema}_keys`, connections: 2, applicationName });
}

/** How much later a program is seen that another process published, where the log is on a server. */
const PROGRAM_TRUSTED_MS = 1_000;

/** What the database shows of this process, beside the leases that it holds. */
const applicationName = `perennial ${hostname()}:${process.pid}`;
