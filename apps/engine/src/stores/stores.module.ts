import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { type EngineStore, openSqliteEngineStore } from '@perennial/engine-store';
import { FactIntake } from '@perennial/ingest';
import { knownLinks, MemberReader, openStores, ProgramCatalogue, type Stores } from '@perennial/projection';
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
      useFactory: ({ stores: { dataDir } }: EngineConfig): EngineStore => {
        mkdirSync(dataDir, { recursive: true });
        return openSqliteEngineStore({ path: join(dataDir, 'engine.db') });
      },
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
