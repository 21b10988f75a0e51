import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { type EngineStore, openPostgresEngineStore, openSqliteEngineStore } from '@perennial/engine-store';
import { FactIntake } from '@perennial/ingest';
import {
  knownLinks,
  MemberReader,
  openStores,
  ProgramCatalogue,
  type Stores,
  type StoreSettings,
} from '@perennial/projection';
import type { EngineConfig } from '../config/engine-config.js';
import { Housekeeping } from './housekeeping.js';
import { ProjectorSupervisor } from './projector-supervisor.js';
import { StoreProgress } from './store-progress.js';
import { CONFIG, ENGINE_STORE, STORES } from './tokens.js';

/** Log, read store, keys and answers of one data directory, and what keeps them up. */
@Global()
@Module({
  providers: [
    { provide: STORES, inject: [CONFIG], useFactory: ({ stores }: EngineConfig) => openStores(stores) },
    {
      provide: ENGINE_STORE,
      inject: [CONFIG],
      useFactory: ({ stores }: EngineConfig) => openEngineStore(stores),
    },
    { provide: MemberReader, inject: [STORES], useFactory: ({ reader }: Stores) => reader },
    { provide: ProgramCatalogue, inject: [STORES], useFactory: ({ catalogue }: Stores) => catalogue },
    {
      provide: FactIntake,
      inject: [STORES],
      useFactory: ({ log, stores, catalogue, personalData }: Stores) =>
        new FactIntake(log, catalogue, { personalData, links: () => knownLinks(log, stores) }),
    },
    ProjectorSupervisor,
    StoreProgress,
    Housekeeping,
  ],
  exports: [STORES, ENGINE_STORE, MemberReader, ProgramCatalogue, FactIntake, ProjectorSupervisor, StoreProgress],
})
export class StoresModule {}

async function openEngineStore({ dataDir, readStore }: StoreSettings): Promise<EngineStore> {
  if (readStore.kind === 'postgres') {
    const { url, schema } = readStore;
    return openPostgresEngineStore({ url, schema: `${schema}_engine` });
  }
  mkdirSync(dataDir, { recursive: true });
  return openSqliteEngineStore({ path: join(dataDir, 'engine.db') });
}
