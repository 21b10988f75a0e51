import { Worker } from 'node:worker_threads';
import type { ProjectionStatus } from '../live-projector.js';
import type { StoreSettings } from '../store-settings.js';

/** The projector in a worker thread, seen from outside. */
export class ProjectorThread {
  private current: ProjectionStatus = { position: 0, clock: 0, parked: 0, partitions: [] };
  private readonly waiting = new Set<{ position: number; resolve: () => void }>();
  /** Resolves with the error when the thread ended without being told to; never otherwise. */
  readonly failed: Promise<Error>;
  private readonly exited: Promise<void>;
  private stopping = false;

  private constructor(
    private readonly worker: Worker,
    private readonly onStatus: (status: ProjectionStatus) => void,
  ) {
    worker.on('message', (status: ProjectionStatus) => this.take(status));
    this.exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    this.failed = new Promise((resolve) => {
      worker.once('error', (error: Error) => resolve(error));
      worker.once('exit', (code) => {
        if (!this.stopping) resolve(new Error(`The projector thread ended with code ${code}`));
      });
    });
  }

  /**
   * Starts the thread; it catches up and then follows the log.
   * @param onStatus told each time that it got on.
   */
  static start(
    settings: StoreSettings,
    onStatus: (status: ProjectionStatus) => void = () => undefined,
  ): ProjectorThread {
    const file = new URL('./projector-worker.js', import.meta.url);
    return new ProjectorThread(new Worker(file, { workerData: settings }), onStatus);
  }

  status(): ProjectionStatus {
    return this.current;
  }

  /** Resolves when the read store holds everything up to a position of the log. */
  reached(position: number): Promise<void> {
    if (this.current.position >= position) return Promise.resolve();
    return new Promise((resolve) => this.waiting.add({ position, resolve }));
  }

  /** Lets the batch at work finish, then ends the thread. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.worker.postMessage('stop');
    await this.exited;
  }

  private take(status: ProjectionStatus): void {
    this.current = status;
    this.onStatus(status);
    for (const waiter of this.waiting) {
      if (waiter.position > status.position) continue;
      this.waiting.delete(waiter);
      waiter.resolve();
    }
  }
}
