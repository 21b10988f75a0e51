import type { KeyPlace } from '../key-table.js';
import { WRAPPED_BYTES } from '../master-key.js';
import { answer, SqliteKeyTable } from './key-table.js';

/** Keys in a file of one machine; its directory must exist. */
export function keysInFile(path: string): KeyPlace {
  return { name: path, isShared: false, open: () => answer(() => new SqliteKeyTable(path, WRAPPED_BYTES)) };
}
