import { parentPort, workerData } from 'node:worker_threads';
import { LiveCustomers } from '../metrics/live-customers.js';
import { PastCustomers } from '../metrics/past-customers.js';
import type { Question } from '../metrics/question.js';
import type { StoreSettings } from '../store-settings.js';
import { openStores } from '../stores.js';
import type { MetricsMessage } from './metrics-thread.js';
import { standBack } from './background.js';

standBack();

/** How often the live table takes in what changed, so that a question finds little left to do. */
const REFRESH_MS = 1_000;

/** Metrics in a thread of their own, with connections of their own: nobody else waits for them. */
const port = parentPort!;
const { settings, kind } = workerData as { settings: StoreSettings; kind: 'live' | 'past' };
const stores = await openStores(settings, { connections: 3 });
const live = kind === 'live' ? new LiveCustomers(stores) : null;
const customers = live ?? new PastCustomers(stores);

/** One thing at a time. */
let last: Promise<unknown> = Promise.resolve();
let stopped = false;

function then(work: () => Promise<unknown>): void {
  last = last.then(work);
}

async function answer(id: number, question: Question): Promise<void> {
  let message: MetricsMessage;
  try {
    message = { id, answer: await customers.answer(question, Date.now()) };
  } catch (error) {
    message = { id, error: error as Error };
  }
  port.postMessage(message);
}

async function keepFresh(table: LiveCustomers): Promise<void> {
  let failure: Error | null = null;
  try {
    await table.refresh(Date.now());
  } catch (error) {
    failure = error as Error;
  }
  if (stopped) return;
  port.postMessage({ refreshed: failure } satisfies MetricsMessage);
  setTimeout(() => then(() => keepFresh(table)), REFRESH_MS).unref();
}

port.on('message', (message: 'stop' | { id: number; question: Question }) => {
  if (message !== 'stop') return then(() => answer(message.id, message.question));
  stopped = true;
  then(async () => {
    await stores.close();
    port.close();
  });
});
if (live) then(() => keepFresh(live));
