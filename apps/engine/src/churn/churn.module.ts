import { Module } from '@nestjs/common';
import { FileFitStore, FitStore } from '@perennial/projection';
import type { EngineConfig } from '../config/engine-config.js';
import { CONFIG } from '../stores/tokens.js';
import { ChurnNights } from './churn-nights.js';
import { ReadChurnModelHandler, ReadMemberChurnHandler } from './churn-queries.js';
import { ChurnController } from './churn.controller.js';

/** Who is likely to buy again, and what that is worth. */
@Module({
  controllers: [ChurnController],
  providers: [
    { provide: FitStore, inject: [CONFIG], useFactory: ({ stores }: EngineConfig) => new FileFitStore(stores.dataDir) },
    ChurnNights,
    ReadChurnModelHandler,
    ReadMemberChurnHandler,
  ],
})
export class ChurnModule {}
