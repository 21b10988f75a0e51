import { Module } from '@nestjs/common';
import { FitStore, type Stores } from '@perennial/projection';
import { STORES } from '../stores/tokens.js';
import { ChurnNights } from './churn-nights.js';
import { ReadChurnModelHandler, ReadMemberChurnHandler } from './churn-queries.js';
import { ChurnController } from './churn.controller.js';

/** Who is likely to buy again, and what that is worth. */
@Module({
  controllers: [ChurnController],
  providers: [
    { provide: FitStore, inject: [STORES], useFactory: ({ fits }: Stores) => fits },
    ChurnNights,
    ReadChurnModelHandler,
    ReadMemberChurnHandler,
  ],
})
export class ChurnModule {}
