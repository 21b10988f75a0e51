import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemoryLog, openSqliteLog } from '@perennial/event-log';
import { eventLogConformance } from './event-log.conformance.js';

eventLogConformance(
  'memory',
  () => {
    const log = openMemoryLog();
    return Promise.resolve({ log, dispose: () => log.close() });
  },
  { reopen: false, uniqueness: true, callOrder: true },
);

eventLogConformance(
  'SQLite',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'event-log-'));
    const path = join(directory, 'log.db');
    const log = openSqliteLog({ path });
    return {
      log,
      reopen: () => Promise.resolve(openSqliteLog({ path })),
      dispose: async () => {
        await log.close();
        await rm(directory, { recursive: true });
      },
    };
  },
  { reopen: true, uniqueness: true, callOrder: true },
);
