import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ProjectionStatus, ProjectorThread } from '@perennial/projection';
import { Subject } from 'rxjs';
import type { EngineConfig } from '../config/engine-config.js';
import { CONFIG } from './tokens.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A thread that lived this long starts with a short pause again. */
const LONG_LIFE_MS = 60_000;

export interface ProjectorHealth extends ProjectionStatus {
  running: boolean;
  /** How often the thread had to be started again since the engine started. */
  restarts: number;
  /** Why it ended the last time; null while it never did. */
  lastError: string | null;
}

/** Runs the projector's thread and starts it again when it dies, after pauses that double. */
@Injectable()
export class ProjectorSupervisor {
  private readonly logger = new Logger(ProjectorSupervisor.name);
  private thread: ProjectorThread | null = null;
  private restart: NodeJS.Timeout | null = null;
  private stopped = false;
  private pauseMs = FIRST_PAUSE_MS;
  private restarts = 0;
  private lastError: string | null = null;
  private lastStatus: ProjectionStatus = { position: 0, clock: 0, parked: 0, partitions: [] };
  /** Told each time that the projector got on. */
  readonly progress = new Subject<ProjectionStatus>();

  constructor(@Inject(CONFIG) private readonly config: EngineConfig) {}

  start(): void {
    const thread = ProjectorThread.start(this.config.stores, (status) => this.progress.next(status));
    const startedAt = Date.now();
    this.thread = thread;
    void thread.failed.then((error) => this.startAgain(thread, error, Date.now() - startedAt));
  }

  health(): ProjectorHealth {
    const status = this.thread?.status() ?? this.lastStatus;
    return { ...status, running: this.thread !== null, restarts: this.restarts, lastError: this.lastError };
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.restart) clearTimeout(this.restart);
    await this.thread?.stop();
  }

  private startAgain(thread: ProjectorThread, error: Error, livedMs: number): void {
    this.lastStatus = thread.status();
    this.lastError = error.message;
    this.thread = null;
    this.logger.error(
      { err: error },
      'The projector ended; facts are still taken, lists stay behind until it runs again',
    );
    if (this.stopped) return;
    if (livedMs >= LONG_LIFE_MS) this.pauseMs = FIRST_PAUSE_MS;
    this.restart = setTimeout(() => {
      this.restarts++;
      this.start();
    }, this.pauseMs);
    this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
