import { parentPort, workerData } from 'node:worker_threads';
import { DraftError } from './draft.js';
import { openLogForReading } from './log-for-reading.js';
import { simulate } from './simulate.js';
import type { SimulationMessage, SimulationWork } from './simulation-thread.js';

/** A simulation's own thread, with a connection of its own: requests never wait for a fold. */
const tell = (message: SimulationMessage) => parentPort!.postMessage(message);
const { settings, ...request } = workerData as SimulationWork;
const log = await openLogForReading(settings);
try {
  const onProgress = (progress: { share: number; customers: number }) => tell({ progress });
  tell({ report: await simulate({ log }, { ...request, onProgress }) });
} catch (error) {
  if (!(error instanceof DraftError)) throw error;
  tell({ refused: [...error.errors] });
} finally {
  await log.close();
}
