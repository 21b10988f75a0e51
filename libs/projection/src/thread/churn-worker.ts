import { parentPort, workerData } from 'node:worker_threads';
import { FitStore } from '../churn/fit-store.js';
import { fitAndScore } from '../churn/nightly.js';
import { openStores } from '../stores.js';
import { standBack } from './background.js';

standBack();

/** One run of fitting and scoring, in a thread of its own with connections of its own. */
const { dataDir, asOf } = workerData as { dataDir: string; asOf: number };
const stores = openStores(dataDir);
try {
  parentPort!.postMessage(await fitAndScore(stores, new FitStore(dataDir), { asOf, now: Date.now() }));
} finally {
  await stores.close();
}
