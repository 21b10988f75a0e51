import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openPostgres } from '@perennial/postgres';
import type { StoreSettings } from './store-settings.js';

/** Removes the read store: it is made anew from the log. Nobody may have it open. */
export async function removeReadStore({ dataDir, readStore }: StoreSettings): Promise<void> {
  if (readStore.kind === 'postgres') return removeSchemas(readStore.url, `${readStore.schema}_read`);
  for (const file of await readdir(dataDir)) if (file.startsWith('read')) await rm(join(dataDir, file));
}

/** Removes everything that settings have put into a database. Nobody may have it open. */
export async function removeDatabaseOf({ readStore }: StoreSettings): Promise<void> {
  if (readStore.kind === 'postgres') await removeSchemas(readStore.url, readStore.schema);
}

/** @param first what the names of the schemas begin with, up to the end or an underscore. */
async function removeSchemas(url: string, first: string): Promise<void> {
  const db = openPostgres({ url, connections: 1 });
  try {
    const found = await db.query<{ name: string }>(
      `SELECT nspname AS name FROM pg_namespace WHERE nspname = $1 OR starts_with(nspname, $1 || '_')`,
      [first],
    );
    for (const { name } of found) await db.query(`DROP SCHEMA "${name}" CASCADE`);
  } finally {
    await db.close();
  }
}
