import { parentPort, workerData } from 'node:worker_threads';
import { LiveProjector } from '../live-projector.js';
import { openStores } from '../stores.js';
import { standBack } from './background.js';

standBack();

/** The projector's own thread: its own connections, so that requests never wait for a fold. */
const port = parentPort!;
const { dataDir } = workerData as { dataDir: string };
const stores = openStores(dataDir);
const { live, failed } = await LiveProjector.start(stores.log, stores.stores, (status) => port.postMessage(status));

port.once('message', () => {
  void live
    .close()
    .then(() => stores.close())
    .then(() => port.close());
});
// Rejects the module, which ends the thread with the error.
await failed;
