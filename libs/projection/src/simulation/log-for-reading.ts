import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EventLog, openSqliteLog } from '@perennial/event-log';

/**
 * The log of a data directory, to be read and nothing else; the caller closes it. Leaves no trace: where nobody else has
 * it open, a connection that may write takes SQLite's side files away again when it closes, and one that may not leaves
 * them. Where they are there already, the one that may not touches nothing.
 * @throws Error when there is no log.
 */
export function openLogForReading(dataDir: string): EventLog {
  const path = join(dataDir, 'log.db');
  if (!existsSync(path)) throw new Error(`There is no event log in ${dataDir}`);
  return openSqliteLog({ path, readonly: existsSync(`${path}-wal`) });
}
