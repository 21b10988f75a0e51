import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EngineStore } from '@perennial/engine-store';
import { Clock, type Stores } from '@perennial/projection';
import type { EngineConfig } from '../config/engine-config.js';
import { ProjectorSupervisor } from './projector-supervisor.js';
import { StoreProgress } from './store-progress.js';
import { CONFIG, ENGINE_STORE, STORES } from './tokens.js';

const DAY_MS = 86_400_000;
/** How long answers to idempotency keys are kept. */
const ANSWERS_KEPT_DAYS = 30;

/** Starts what runs beside requests, and ends everything in the order in which nothing is lost. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Housekeeping.name);
  private clock: Clock | null = null;
  private sweep: NodeJS.Timeout | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: EngineConfig,
    @Inject(STORES) private readonly stores: Stores,
    @Inject(ENGINE_STORE) private readonly engineStore: EngineStore,
    private readonly projector: ProjectorSupervisor,
    private readonly progress: StoreProgress,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.stores.personalData.start();
    const { roles } = this.config;
    this.progress.start();
    if (roles.has('projector')) this.projector.start();
    if (roles.has('clock')) {
      this.clock = new Clock(this.stores, {
        intervalMs: this.config.clockIntervalMs,
        onError: (error) => this.logger.error({ err: error }, 'The clock could not tick; it tries again'),
      });
    }
    await this.forgetOldAnswers();
    this.sweep = setInterval(() => {
      this.forgetOldAnswers().catch((error: unknown) => this.logger.error({ err: error }, 'Old answers are kept'));
      // Each was carried out when it came; of those that another process recorded this is the last resort.
      this.stores.personalData
        .carryOutErasures()
        .catch((error: unknown) => this.logger.error({ err: error }, 'Keys of erased customers may be left'));
    }, DAY_MS);
  }

  /** Called when the server has answered everything: what was acknowledged is in the log. */
  async onApplicationShutdown(): Promise<void> {
    if (this.sweep) clearInterval(this.sweep);
    this.progress.stop();
    await this.clock?.stop();
    await this.projector.stop();
    await this.stores.close();
    await this.engineStore.close();
  }

  private forgetOldAnswers(): Promise<void> {
    return this.engineStore.answers.forgetBefore(Date.now() - ANSWERS_KEPT_DAYS * DAY_MS);
  }
}
