import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Stores } from '@perennial/projection';
import { distinctUntilChanged, filter, firstValueFrom, map, of, startWith, Subject, timeout } from 'rxjs';
import type { EngineConfig } from '../config/engine-config.js';
import { ProjectorSupervisor } from './projector-supervisor.js';
import { CONFIG, STORES } from './tokens.js';

/** How often it is looked how far other processes have come. */
const LOOK_MS = 100;

/**
 * How far the read store has come, whoever projects: told by the thread of this process where it does all of it, looked
 * up where others take part.
 */
@Injectable()
export class StoreProgress {
  private readonly logger = new Logger(StoreProgress.name);
  /** The feed is complete up to there, and the read store holds everything. */
  readonly settled = new Subject<number>();
  private known = 0;
  private looking: NodeJS.Timeout | null = null;
  private failing = false;

  constructor(
    @Inject(CONFIG) private readonly config: EngineConfig,
    @Inject(STORES) private readonly stores: Stores,
    private readonly projector: ProjectorSupervisor,
  ) {}

  start(): void {
    const { roles, stores } = this.config;
    if (roles.has('projector') && stores.readStore.kind === 'sqlite') {
      this.projector.progress.subscribe(({ position }) => this.tell(position));
    } else this.lookAgain();
  }

  stop(): void {
    if (this.looking) clearTimeout(this.looking);
    this.looking = null;
    this.settled.complete();
  }

  /** Waits until the read store holds everything up to a position. @returns false when it did not within the time. */
  reached(position: number, ms: number): Promise<boolean> {
    const there = this.settled.pipe(
      startWith(this.known),
      filter((settled) => settled >= position),
      map(() => true),
      distinctUntilChanged(),
      timeout({ first: ms, with: () => of(false) }),
    );
    return firstValueFrom(there, { defaultValue: false });
  }

  private tell(position: number): void {
    this.known = position;
    this.settled.next(position);
  }

  private lookAgain(): void {
    this.looking = setTimeout(() => {
      void this.look().finally(() => this.looking && this.lookAgain());
    }, LOOK_MS);
  }

  private async look(): Promise<void> {
    try {
      const { settled } = await (await this.stores.stores.current()).checkpoint();
      if (settled !== this.known) this.tell(settled);
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.warn({ err: error }, 'The read store cannot be looked at; it is tried again');
      this.failing = true;
    }
  }
}
