import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgresReadStores } from '@perennial/read-store';
import { createDatabase } from '../postgres/database.js';
import { readStoreConformance } from './read-store.conformance.js';

/** For how long a connection may take the generation that was live for the one that is. */
const TRUSTED_MS = 100;

let database: Awaited<ReturnType<typeof createDatabase>>;
let places = 0;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

readStoreConformance('PostgreSQL', () => {
  const place = { url: database.url, schema: `place_${++places}` };
  const stores = openPostgresReadStores(place);
  return Promise.resolve({
    stores,
    connect: (options) => openPostgresReadStores({ ...place, ...options }),
    swapSeen: () => sleep(TRUSTED_MS),
    dispose: () => stores.close(),
  });
});
