import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EventLog, openSqliteLog } from '@perennial/event-log';
import type { StoreSettings } from '../store-settings.js';
import { openLog } from '../stores.js';

/**
 * The log, to be read and nothing else; the caller closes it. Of an embedded one no trace is left: where nobody else has
 * it open, a connection that may write takes SQLite's side files away again when it closes, and one that may not leaves
 * them. Where they are there already, the one that may not touches nothing.
 * @throws Error when there is no log.
 */
export async function openLogForReading(settings: StoreSettings): Promise<EventLog> {
  if (settings.eventLog.kind !== 'sqlite') return openLog(settings);
  const path = join(settings.dataDir, 'log.db');
  if (!existsSync(path)) throw new Error(`There is no event log in ${settings.dataDir}`);
  return openSqliteLog({ path, readonly: existsSync(`${path}-wal`) });
}
