import { parentPort, workerData } from 'node:worker_threads';
import { fitAndScore } from '../churn/nightly.js';
import type { StoreSettings } from '../store-settings.js';
import { openStores } from '../stores.js';
import { standBack } from './background.js';

standBack();

/** One run of fitting and scoring, in a thread of its own with connections of its own. */
const { settings, asOf } = workerData as { settings: StoreSettings; asOf: number };
const stores = await openStores(settings, { connections: 3 });
try {
  parentPort!.postMessage(await fitAndScore(stores, stores.fits, { asOf, now: Date.now() }));
} finally {
  await stores.close();
}
