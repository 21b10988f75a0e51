import { resolve } from 'node:path';

/** Where a process finds the log, the read store and the keys of customers. Plain data: threads get it, too. */
export interface StoreSettings {
  /** Directory of everything that is embedded; made when it is missing. */
  dataDir: string;
  eventLog:
    | { kind: 'sqlite' }
    | {
        kind: 'eventstoredb';
        /** Connection string, `esdb://…`. */
        url: string;
        /** Stands before the names of all streams. */
        namespace: string;
      };
  readStore:
    | { kind: 'sqlite' }
    | {
        kind: 'postgres';
        /** `postgres://…` */
        url: string;
        /** Before the names of all schemas. */
        schema: string;
        /** Into how many parts members are divided: so many processes can project at once. */
        partitions: number;
        /** Where the keys of customers are: apart from what else is kept, if that is wanted. */
        keysUrl: string;
      };
  /** Wraps the keys of customers, base64; null: the one in `master.key`. */
  masterKey: string | null;
}

const DEFAULT_PARTITIONS = 8;
const MOST_PARTITIONS = 256;

/**
 * Reads where the stores are from environment variables; docs/operating.md lists them. Nothing set: all of it embedded,
 * in one directory.
 * @param dataDir instead of PERENNIAL_DATA.
 * @throws Error that names the variable and what it may be.
 */
export function readStoreSettings(env: NodeJS.ProcessEnv, dataDir?: string): StoreSettings {
  return {
    dataDir: resolve(dataDir ?? (env.PERENNIAL_DATA || 'data')),
    eventLog: eventLog(env),
    readStore: readStore(env),
    masterKey: env.PERENNIAL_MASTER_KEY || null,
  };
}

/** Everything embedded in one directory, whatever the environment says. */
export function embeddedStores(dataDir: string, masterKey: string | null = null): StoreSettings {
  return { dataDir: resolve(dataDir), eventLog: { kind: 'sqlite' }, readStore: { kind: 'sqlite' }, masterKey };
}

function eventLog(env: NodeJS.ProcessEnv): StoreSettings['eventLog'] {
  const kind = oneOf(env, 'EVENT_LOG', ['sqlite', 'eventstoredb']);
  if (kind === 'sqlite') return { kind };
  const url = required(env, 'EVENTSTORE_URL', 'EVENT_LOG is eventstoredb', 'esdb://localhost:2113?tls=false');
  return { kind, url, namespace: env.EVENTSTORE_NAMESPACE ?? '' };
}

function readStore(env: NodeJS.ProcessEnv): StoreSettings['readStore'] {
  const kind = oneOf(env, 'READ_STORE', ['sqlite', 'postgres']);
  if (kind === 'sqlite') return { kind };
  const url = required(
    env,
    'DATABASE_URL',
    'READ_STORE is postgres',
    'postgres://user:password@localhost:5432/perennial',
  );
  const schema = env.DATABASE_SCHEMA || 'perennial';
  if (!/^[a-z_][a-z0-9_]{0,30}$/.test(schema)) {
    throw new Error(`DATABASE_SCHEMA must be small letters, digits and _, at most 31 of them, not "${schema}"`);
  }
  return { kind, url, schema, partitions: partitions(env), keysUrl: env.KEYS_DATABASE_URL || url };
}

function partitions(env: NodeJS.ProcessEnv): number {
  const text = env.PARTITIONS || String(DEFAULT_PARTITIONS);
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= MOST_PARTITIONS) return value;
  throw new Error(`PARTITIONS must be a whole number from 1 to ${MOST_PARTITIONS}, not "${text}"`);
}

function oneOf<Kind extends string>(env: NodeJS.ProcessEnv, name: string, kinds: readonly [Kind, ...Kind[]]): Kind {
  const text = env[name] || kinds[0];
  const kind = kinds.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new Error(`${name} must be ${kinds.join(' or ')}, not "${text}"`);
}

function required(env: NodeJS.ProcessEnv, name: string, because: string, example: string): string {
  const value = env[name];
  if (value) return value;
  throw new Error(`${because}, so ${name} must say where it is, for example ${example}`);
}
