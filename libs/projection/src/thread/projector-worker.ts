import { parentPort, workerData } from 'node:worker_threads';
import { LiveProjector } from '../live-projector.js';
import type { StoreSettings } from '../store-settings.js';
import { openStores } from '../stores.js';
import { standBack } from './background.js';

standBack();

/** The projector's own thread: its own connections, so that requests never wait for a fold. */
const port = parentPort!;
const settings = workerData as StoreSettings;
const stores = await openStores(settings, { connections: 3 });
const live = LiveProjector.start(stores.log, stores.stores, stores.leases, {
  onStatus: (status) => port.postMessage(status),
});

port.once('message', () => {
  void live
    .close()
    .then(() => stores.close())
    .then(() => port.close());
});
// Rejects the module, which ends the thread with the error.
await live.done;
