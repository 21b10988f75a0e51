import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  openEventStoreLog,
  openMemoryClaims,
  openPostgresClaims,
  openSqliteClaims,
  withClaims,
} from '@perennial/event-log';
import { EventStoreDouble } from '../double/eventstoredb-double.js';
import { UnenforcedLog } from '../double/unenforced-log.js';
import { createDatabase } from '../postgres/database.js';
import { eventLogConformance } from './event-log.conformance.js';

eventLogConformance(
  'memory with claims',
  () => {
    const log = withClaims(new UnenforcedLog(), openMemoryClaims());
    return Promise.resolve({ log, dispose: () => log.close() });
  },
  { reopen: false, uniqueness: true, callOrder: true },
);

eventLogConformance(
  'EventStoreDB double with claims in SQLite',
  async () => {
    const double = await EventStoreDouble.start();
    const directory = await mkdtemp(join(tmpdir(), 'claims-'));
    const open = async () =>
      withClaims(
        await openEventStoreLog({ url: double.url }),
        openSqliteClaims({ path: join(directory, 'claims.db') }),
      );
    const log = await open();
    return {
      log,
      reopen: open,
      dispose: async () => {
        await log.close();
        await double.stop();
        await rm(directory, { recursive: true });
      },
    };
  },
  { reopen: true, uniqueness: true, callOrder: false },
);

describe('on PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let schemas = 0;

  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  eventLogConformance(
    'EventStoreDB double with claims in PostgreSQL',
    async () => {
      const double = await EventStoreDouble.start();
      const schema = `test_${schemas++}`;
      const open = async () =>
        withClaims(
          await openEventStoreLog({ url: double.url }),
          await openPostgresClaims({ url: database.url, schema }),
        );
      const log = await open();
      return {
        log,
        reopen: open,
        dispose: async () => {
          await log.close();
          await double.stop();
        },
      };
    },
    { reopen: true, uniqueness: true, callOrder: false },
  );
});
