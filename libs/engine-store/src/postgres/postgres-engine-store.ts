import { migrate, openPostgres, type PostgresOptions } from '@perennial/postgres';
import type { EngineStore } from '../port.js';
import { AnswerTable } from './answer-table.js';
import { ApiKeyTable } from './api-key-table.js';
import { MIGRATIONS } from './tables.js';

/** How long an attempt is held without a word of the process that began it. */
export const HELD_MS = 15_000;

export interface PostgresEngineStoreOptions extends PostgresOptions {
  /** Where the tables are; made when missing. Default `perennial_engine`. */
  schema?: string;
  /** How long an attempt is held without a word of its process, milliseconds. Default `HELD_MS`. */
  heldMs?: number;
}

/**
 * Opens the engine's own tables in PostgreSQL, which any number of engines share, creating them when they are missing.
 * @throws PostgresUnavailableError; Error that says so when the tables are of a newer format.
 */
export async function openPostgresEngineStore(options: PostgresEngineStoreOptions): Promise<EngineStore> {
  const { schema = 'perennial_engine', heldMs = HELD_MS, ...connection } = options;
  const db = openPostgres(connection);
  try {
    await migrate(db, schema, MIGRATIONS);
  } catch (error) {
    await db.close();
    throw error;
  }
  const answers = new AnswerTable(db, schema, heldMs);
  return {
    keys: new ApiKeyTable(db, schema),
    answers,
    close: async () => {
      await answers.close();
      await db.close();
    },
  };
}
