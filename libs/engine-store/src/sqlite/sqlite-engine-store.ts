import type { EngineStore } from '../port.js';
import { AnswerTable } from './answer-table.js';
import { ApiKeyTable } from './api-key-table.js';
import { openDatabase } from './database.js';

/**
 * Opens the engine's own SQLite file, creating it when it is missing; its directory must exist.
 * @throws Error that says so when the file is something else, or of a newer format.
 */
export function openSqliteEngineStore(options: { path: string }): EngineStore {
  const db = openDatabase(options.path);
  return {
    keys: new ApiKeyTable(db),
    answers: new AnswerTable(db),
    close: () => Promise.resolve(void db.close()),
  };
}
