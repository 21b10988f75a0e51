import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteReadStores } from '@perennial/read-store';
import { readStoreConformance } from './read-store.conformance.js';

readStoreConformance('SQLite', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'read-store-'));
  const stores = openSqliteReadStores({ dir });
  return {
    stores,
    connect: (options) => openSqliteReadStores({ dir, ...options }),
    swapSeen: () => Promise.resolve(),
    dispose: async () => {
      await stores.close();
      await rm(dir, { recursive: true });
    },
  };
});
