import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DEFAULT_PROGRAM, Zone } from '@perennial/membership';
import {
  type ChurnRun,
  FitStore,
  CLOCK_LEASE,
  ProgramCatalogue,
  startChurnRun,
  type Stores,
} from '@perennial/projection';
import type { EngineConfig } from '../config/engine-config.js';
import { CONFIG, STORES } from '../stores/tokens.js';
import { lastRun, nextRun } from './night-times.js';

const AGAIN_MS = 60_000;

/**
 * Once a day, at the hour that the settings name, fits the churn model and scores everybody, in a thread of its own (SPEC
 * §9). A night that passed while the engine was down is made up for when it starts; the very first fit waits for a night.
 */
@Injectable()
export class ChurnNights implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ChurnNights.name);
  private timer: NodeJS.Timeout | null = null;
  private run: ChurnRun | null = null;
  private stopped = false;

  constructor(
    @Inject(CONFIG) private readonly config: EngineConfig,
    @Inject(STORES) private readonly stores: Stores,
    private readonly catalogue: ProgramCatalogue,
    private readonly fits: FitStore,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { churnHour, roles } = this.config;
    if (churnHour === null || !roles.has('clock')) return;
    const now = Date.now();
    const last = await this.fits.last().catch((error: unknown) => {
      this.logger.error({ err: error }, 'The last churn fit cannot be read; the next run makes another one');
      return null;
    });
    const due = lastRun(now, await this.zone(), churnHour);
    if (last !== null && Date.parse(last.fittedAt) < due) await this.startIfMine(due);
    else await this.schedule(churnHour);
  }

  /** A run that is ended has recorded whole assessments only; the next one does the rest. */
  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.run?.stop();
  }

  private async schedule(hour: number): Promise<void> {
    const now = Date.now();
    const at = nextRun(now, await this.zone(), hour);
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.startIfMine(at), at - now);
  }

  /** Of several processes the one that lets time pass does it. */
  private async startIfMine(asOf: number): Promise<void> {
    const isMine = await this.stores.leases.acquire(CLOCK_LEASE).catch(() => false);
    if (isMine && !this.stopped) this.start(asOf);
    else this.goOn();
  }

  private start(asOf: number): void {
    // A timer may come a moment early: assessments are never dated ahead.
    this.run = startChurnRun({ settings: this.config.stores, asOf: Math.min(asOf, Date.now()) });
    this.run.report
      .then(
        (report) => this.logger.log(report, 'reason' in report ? 'No churn scores' : 'Churn scores are up to date'),
        (error: unknown) => {
          if (!this.stopped)
            this.logger.error({ err: error }, 'The run of churn scores failed; it is made again next night');
        },
      )
      .finally(() => {
        this.run = null;
        this.goOn();
      });
  }

  private goOn(): void {
    const { churnHour } = this.config;
    if (this.stopped || churnHour === null) return;
    this.schedule(churnHour).catch((error: unknown) => {
      this.logger.error({ err: error }, 'The next run of churn scores could not be planned; trying again');
      this.timer = setTimeout(() => this.goOn(), AGAIN_MS);
    });
  }

  private async zone(): Promise<Zone> {
    return (await this.catalogue.history())?.zone ?? Zone.of(DEFAULT_PROGRAM.timeZone);
  }
}
