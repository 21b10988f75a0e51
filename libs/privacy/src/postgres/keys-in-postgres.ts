import { migrate, openPostgres, type PostgresOptions, PostgresUnavailableError } from '@perennial/postgres';
import { KeysUnavailableError } from '../errors.js';
import type { KeyPlace, KeyTable } from '../key-table.js';
import { PostgresKeyTable } from './key-table.js';
import { MIGRATIONS } from './tables.js';

const ASK_EVERY_MS = 250;
/** Nobody holds a lock for long but who makes a backup: rather fail than wait for them, and have others wait behind. */
const LOCK_TIMEOUT_MS = 3_000;

export interface KeysInPostgresOptions extends PostgresOptions {
  /** Where the tables are; made when missing. Default `perennial_keys`. */
  schema?: string;
  /** How long a process believes, unasked, that no keys were destroyed, milliseconds: less than a second. Default 250. */
  askEveryMs?: number;
}

/**
 * Keys in PostgreSQL, which machines share. It should be a database of its own: its backups must be kept apart from those
 * of the log.
 */
export function keysInPostgres(options: KeysInPostgresOptions): KeyPlace {
  const { schema = 'perennial_keys', askEveryMs = ASK_EVERY_MS, ...connection } = options;
  return {
    name: `${withoutUser(options.url)} (schema ${schema})`,
    isShared: true,
    open: async (): Promise<KeyTable> => {
      const db = openPostgres({ ...connection, url: withLockTimeout(options.url) });
      try {
        await migrate(db, schema, MIGRATIONS);
        return new PostgresKeyTable(db, schema, askEveryMs);
      } catch (error) {
        await db.close();
        throw error instanceof PostgresUnavailableError ? KeysUnavailableError.from(error) : error;
      }
    },
  };
}

/** What may be shown of an address. */
function withoutUser(address: string): string {
  const url = URL.parse(address);
  return url ? `${url.host}${url.pathname}` : 'PostgreSQL';
}

function withLockTimeout(address: string): string {
  const url = URL.parse(address);
  // What is no address is refused where it is opened.
  if (url === null) return address;
  const given = url.searchParams.get('options');
  url.searchParams.set('options', `${given === null ? '' : `${given} `}-c lock_timeout=${LOCK_TIMEOUT_MS}`);
  return url.href;
}
