import { Worker } from 'node:worker_threads';
import type { NightlyReport } from '../churn/nightly.js';
import type { StoreSettings } from '../store-settings.js';

/** A run of fitting and scoring in a worker thread, seen from outside. */
export interface ChurnRun {
  /** @throws whatever ended the thread; Error when it was stopped. */
  readonly report: Promise<NightlyReport>;
  /** Ends it wherever it is: what it has recorded stays, and the next run does the rest. */
  stop(): Promise<void>;
}

/** Fits the program's churn model and scores everybody as of an instant (UTC ms) in a thread of its own. */
export function startChurnRun(options: { settings: StoreSettings; asOf: number }): ChurnRun {
  const worker = new Worker(new URL('./churn-worker.js', import.meta.url), { workerData: options });
  const report = new Promise<NightlyReport>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The run of churn scores was ended before it was through')));
  });
  return {
    report,
    stop: async () => {
      await worker.terminate();
    },
  };
}
