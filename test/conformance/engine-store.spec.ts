import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteEngineStore } from '@perennial/engine-store';
import { engineStoreConformance } from './engine-store.conformance.js';

engineStoreConformance('SQLite', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'perennial-engine-store-'));
  return {
    open: () => Promise.resolve(openSqliteEngineStore({ path: join(dir, 'engine.db') })),
    dispose: () => rm(dir, { recursive: true }),
  };
});
