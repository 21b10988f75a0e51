import { randomBytes } from 'node:crypto';
import { openPostgres } from '@perennial/postgres';

/** An empty database on the server that the tests run on, which `drop` removes, whoever is still connected. */
export async function createDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = process.env.DATABASE_URL;
  if (!server) throw new Error('DATABASE_URL names no server: the tests start one before they run');
  const name = `perennial_test_${randomBytes(6).toString('hex')}`;
  await administer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function administer(server: string, statement: string): Promise<void> {
  const db = openPostgres({ url: server, connections: 1 });
  await db.query(statement).finally(() => db.close());
}
