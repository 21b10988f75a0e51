import { randomUUID } from 'node:crypto';
import { openEventStoreLog } from '@perennial/event-log';
import { EventStoreDouble } from '../double/eventstoredb-double.js';
import { eventLogConformance } from './event-log.conformance.js';

/** Ids and keys are unique in what one process writes; facts of one call keep their order within streams. */
const CAPABILITIES = { reopen: true, uniqueness: true, callOrder: false };

describe('on the protocol double', () => {
  eventLogConformance(
    'EventStoreDB double',
    async () => {
      const double = await EventStoreDouble.start();
      const log = await openEventStoreLog({ url: double.url });
      return {
        log,
        reopen: () => openEventStoreLog({ url: double.url }),
        dispose: async () => {
          await log.close();
          await double.stop();
        },
      };
    },
    CAPABILITIES,
  );
});

const url = process.env.EVENTSTORE_URL;
if (url) {
  eventLogConformance(
    'EventStoreDB server',
    async () => {
      // A server of one's own choice may hold anything: every test has streams of its own there.
      const options = { url, namespace: `test-${randomUUID()}-` };
      const log = await openEventStoreLog(options);
      return { log, reopen: () => openEventStoreLog(options), dispose: () => log.close() };
    },
    CAPABILITIES,
  );
}
