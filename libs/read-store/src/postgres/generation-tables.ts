import { migrateWithin, type PostgresDatabase, type Query } from '@perennial/postgres';
import { LIST_INDEXES, MIGRATIONS } from './schema.js';

/** The tables of an empty generation, without the indexes of lists. */
export async function createTables(query: Query, schema: string, partitions: number): Promise<void> {
  // What is there is of a registry that was removed by hand.
  await query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
  await migrateWithin(query, schema, MIGRATIONS);
  await query(
    `INSERT INTO "${schema}".checkpoints (partition, position, clock, settled)
     SELECT partition, 0, 0, 0 FROM generate_series(0, $1::integer - 1) AS partition`,
    [partitions],
  );
}

export async function createListIndexes(query: Query, schema: string): Promise<void> {
  for (const index of LIST_INDEXES) {
    await query(`CREATE INDEX IF NOT EXISTS ${index.replace(' ON ', ` ON "${schema}".`)}`);
  }
}

/** Builds what was left out while a generation was filled, and lets the planner know what there is. */
export async function completeTables({ query }: PostgresDatabase, schema: string): Promise<void> {
  await createListIndexes(query, schema);
  // Rows that are known to be visible to all are not looked at by who finds everything in the index.
  await query(`VACUUM (ANALYZE, PROCESS_TOAST FALSE) "${schema}".members, "${schema}".tasks`);
  const others = ['member_states', 'member_activity', 'changes', 'links'];
  await query(`ANALYZE ${others.map((name) => `"${schema}".${name}`).join()}`);
}
