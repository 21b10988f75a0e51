import { Worker } from 'node:worker_threads';
import type { FieldError, Program } from '@perennial/membership';
import { DraftError } from './draft.js';
import type { StoreSettings } from '../store-settings.js';
import type { SimulationReport } from './report.js';
import type { SimulationProgress } from './simulate.js';

/** What a simulation's thread is given; see `SimulationRequest`. */
export interface SimulationWork {
  settings: StoreSettings;
  program: Program;
  from: number | null;
  asOf: number;
}

/** What it tells. */
export type SimulationMessage =
  { progress: SimulationProgress } | { report: SimulationReport } | { refused: FieldError[] };

/** The simulation was told to end before it was through. */
export class SimulationCancelledError extends Error {
  override readonly name = 'SimulationCancelledError';

  constructor() {
    super('The simulation was cancelled');
  }
}

/** A simulation in a worker thread, seen from outside. */
export class SimulationThread {
  private current: SimulationProgress = { share: 0, customers: 0 };
  private cancelled = false;
  /** Rejects with DraftError, SimulationCancelledError, or whatever made the thread end. */
  readonly report: Promise<SimulationReport>;

  private constructor(private readonly worker: Worker) {
    this.report = new Promise((resolve, reject) => {
      worker.on('message', (message: SimulationMessage) => {
        if ('progress' in message) this.current = message.progress;
        else if ('report' in message) resolve(message.report);
        else reject(new DraftError(message.refused));
      });
      worker.once('error', reject);
      // Settled long ago where all went well.
      worker.once('exit', (code) =>
        reject(this.cancelled ? new SimulationCancelledError() : new Error(`The simulation ended with code ${code}`)),
      );
    });
  }

  /** Starts it on the log. */
  static start(work: SimulationWork): SimulationThread {
    return new SimulationThread(new Worker(new URL('./simulation-worker.js', import.meta.url), { workerData: work }));
  }

  progress(): SimulationProgress {
    return this.current;
  }

  /** Ends it, wherever it is; it has nothing to lose. */
  async cancel(): Promise<void> {
    this.cancelled = true;
    await this.worker.terminate();
  }
}
