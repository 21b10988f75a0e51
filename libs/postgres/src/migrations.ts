import type { PostgresDatabase, Query } from './database.js';
import { isMissing } from './errors.js';

/** Statements name schemas between quotes, so that these cannot hold any. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Brings the tables of one part of the program to its newest version, however many processes start at once: each
 * migration runs once, in its own schema, all of them in one transaction.
 * @param schema made when missing. Migrations run with it as their search path.
 * @param migrations version by version; never change one that was released: add one.
 * @throws Error when a newer program was here, or the schema has no plain name.
 */
export async function migrate(db: PostgresDatabase, schema: string, migrations: readonly string[]): Promise<void> {
  await db.transaction((query) => migrateWithin(query, schema, migrations));
}

/** The same inside a transaction, whose search path is the schema afterwards. */
export async function migrateWithin(query: Query, schema: string, migrations: readonly string[]): Promise<void> {
  if (!SCHEMA.test(schema)) {
    throw new Error(`The schema "${schema}" must have a name of small letters, digits and _, and begin with no digit`);
  }
  await query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`perennial migrations ${schema}`]);
  await query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
  await query(`SET LOCAL search_path TO "${schema}"`);
  await query('CREATE TABLE IF NOT EXISTS format (version integer NOT NULL)');
  const [row] = await query<{ version: number }>('SELECT version FROM format');
  const version = row?.version ?? 0;
  requireKnown(schema, version, migrations);
  if (version === migrations.length) return;
  for (const migration of migrations.slice(version)) await query(migration);
  await query('DELETE FROM format');
  await query('INSERT INTO format (version) VALUES ($1)', [migrations.length]);
}

/**
 * For those who only read: whether the tables are there, in the newest version.
 * @throws Error when a newer program was here, or only an older one.
 */
export async function isMigrated(
  db: PostgresDatabase,
  schema: string,
  migrations: readonly string[],
): Promise<boolean> {
  const version = await formatOf(db, schema);
  if (version === null) return false;
  requireKnown(schema, version, migrations);
  if (version === migrations.length) return true;
  throw new Error(`The schema ${schema} has the old format ${version}; start the engine once to bring it up to date`);
}

async function formatOf(db: PostgresDatabase, schema: string): Promise<number | null> {
  try {
    const [row] = await db.query<{ version: number }>(`SELECT version FROM "${schema}".format`);
    return row?.version ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function requireKnown(schema: string, version: number, migrations: readonly string[]): void {
  if (version <= migrations.length) return;
  throw new Error(
    `The schema ${schema} has format ${version}; this program knows format ${migrations.length}. Start the newer ` +
      'program that made it.',
  );
}
