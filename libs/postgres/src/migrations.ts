import type { PostgresDatabase } from './database.js';

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
  if (!SCHEMA.test(schema)) {
    throw new Error(`The schema "${schema}" must have a name of small letters, digits and _, and begin with no digit`);
  }
  await db.transaction(async (query) => {
    await query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`perennial migrations ${schema}`]);
    await query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
    await query(`SET LOCAL search_path TO "${schema}"`);
    await query('CREATE TABLE IF NOT EXISTS format (version integer NOT NULL)');
    const [row] = await query<{ version: number }>('SELECT version FROM format');
    const version = row?.version ?? 0;
    if (version > migrations.length) {
      throw new Error(
        `The schema ${schema} has format ${version}; this program knows format ${migrations.length}. Start the newer ` +
          'program that made it.',
      );
    }
    if (version === migrations.length) return;
    for (const migration of migrations.slice(version)) await query(migration);
    await query('DELETE FROM format');
    await query('INSERT INTO format (version) VALUES ($1)', [migrations.length]);
  });
}
