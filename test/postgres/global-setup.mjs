import { startPostgres } from './server.mjs';

/** One PostgreSQL for the whole run of the tests; DATABASE_URL names another one to be used instead. */
export default async function setup() {
  if (process.env.DATABASE_URL) return;
  const server = await startPostgres();
  process.env.DATABASE_URL = server.url;
  globalThis.stopPostgres = server.stop;
}
