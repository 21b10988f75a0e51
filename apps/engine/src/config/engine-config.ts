import { readStoreSettings, type StoreSettings } from '@perennial/projection';
import { parseRoles, type Role } from './roles.js';

export interface EngineConfig {
  /** Where log, read store and keys are. */
  stores: StoreSettings;
  /** What this process does. */
  roles: ReadonlySet<Role>;
  host: string;
  /** 0 = any that is free. */
  port: number;
  /** Largest request body, bytes. */
  bodyLimit: number;
  logLevel: LogLevel;
  /** How often it is looked whether a timer fell due, milliseconds. */
  clockIntervalMs: number;
  /** Hour of the day, in the zone of the program, at which churn models are fitted and everybody is scored; null = never. */
  churnHour: number | null;
  /** How long requests under way may take to end at shutdown, milliseconds. */
  shutdownMs: number;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Reads the engine's settings from environment variables; docs/operating.md lists them.
 * @throws Error that names the variable and what it may be.
 */
export function readConfig(env: NodeJS.ProcessEnv): EngineConfig {
  return {
    stores: readStoreSettings(env),
    roles: parseRoles(env.ROLES),
    // Keys travel in the clear over HTTP: to be reached from elsewhere is for whoever puts TLS in front.
    host: env.HOST || '127.0.0.1',
    port: whole(env, 'PORT', 3000, 0, 65_535),
    bodyLimit: whole(env, 'PERENNIAL_BODY_LIMIT', 1024 * 1024, 1024, 1024 * 1024 * 1024),
    logLevel: logLevel(env),
    clockIntervalMs: 1000 * whole(env, 'PERENNIAL_CLOCK_SECONDS', 10, 1, 86_400),
    churnHour: env.PERENNIAL_CHURN_HOUR === 'off' ? null : whole(env, 'PERENNIAL_CHURN_HOUR', 3, 0, 23),
    shutdownMs: 1000 * whole(env, 'PERENNIAL_SHUTDOWN_SECONDS', 20, 1, 3_600),
  };
}

function whole(env: NodeJS.ProcessEnv, name: string, otherwise: number, least: number, most: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new Error(`${name} must be a whole number from ${least} to ${most}, not "${text}"`);
}

function logLevel(env: NodeJS.ProcessEnv): LogLevel {
  const text = env.PERENNIAL_LOG_LEVEL || 'info';
  const level = LOG_LEVELS.find((known) => known === text);
  if (level) return level;
  throw new Error(`PERENNIAL_LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}, not "${text}"`);
}
