import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { ChangesModule } from './changes/changes.module.js';
import { ChurnModule } from './churn/churn.module.js';
import { MemberCommandHandler } from './commands/member-command.js';
import type { EngineConfig } from './config/engine-config.js';
import { ExplainModule } from './explain/explain.module.js';
import { FactBatches } from './facts/fact-batches.js';
import { FactsController } from './facts/facts.controller.js';
import { RecordFactsHandler } from './facts/record-facts.js';
import { HealthController } from './health/health.controller.js';
import { MetricsController } from './health/metrics.controller.js';
import { PartitionsHealth } from './health/partitions-health.js';
import { AllowedMethods } from './http/allowed-methods.js';
import { ApiKeys } from './keys/api-keys.js';
import { KeysController } from './keys/keys.controller.js';
import { ListMembersHandler, ReadMemberHandler, ReadTimelineHandler } from './members/member-queries.js';
import { MembersController } from './members/members.controller.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { AdjustmentsController } from './points/adjustments.controller.js';
import { RedemptionsController } from './points/redemptions.controller.js';
import { ReservationsController } from './points/reservations.controller.js';
import { EraseMemberHandler } from './privacy/erase-member.js';
import { ErasureController } from './privacy/erasure.controller.js';
import { ProfileController } from './privacy/profile.controller.js';
import { ReadProfileHandler } from './privacy/read-profile.js';
import { ProblemFilter } from './problems/problem-filter.js';
import { ProgramsController } from './programs/programs.controller.js';
import { PublishProgramHandler } from './programs/publish-program.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { SimulationsModule } from './simulations/simulations.module.js';
import { StoresModule } from './stores/stores.module.js';
import { CONFIG } from './stores/tokens.js';
import { TasksModule } from './tasks/tasks.module.js';
import { TierGrantsController } from './tiers/tier-grants.controller.js';

/** Settings are there before anything else. */
@Module({})
class ConfigModule {
  static of(config: EngineConfig): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}

@Module({})
export class AppModule {
  static of(config: EngineConfig, logger: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        // Requests are logged by a hook of our own (http/request-log.ts): this one would cost every request a child logger.
        LoggerModule.forRoot({ pinoHttp: { logger }, forRoutes: [] }),
        CqrsModule.forRoot(),
        StoresModule,
        SimulationsModule,
        TasksModule,
        ChangesModule,
        MetricsModule,
        ExplainModule,
        ChurnModule,
      ],
      controllers: [
        FactsController,
        MembersController,
        RedemptionsController,
        ReservationsController,
        AdjustmentsController,
        TierGrantsController,
        ErasureController,
        ProfileController,
        ProgramsController,
        KeysController,
        HealthController,
        MetricsController,
      ],
      providers: [
        ApiKeys,
        PartitionsHealth,
        AllowedMethods,
        FactBatches,
        RecordFactsHandler,
        MemberCommandHandler,
        ReadMemberHandler,
        ListMembersHandler,
        ReadTimelineHandler,
        EraseMemberHandler,
        ReadProfileHandler,
        PublishProgramHandler,
        IdempotencyInterceptor,
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
