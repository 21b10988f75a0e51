export { bigintArray, textArray } from './arrays.js';
export { openPostgres, PostgresDatabase, type PostgresOptions, type Query } from './database.js';
export { isLockTimeout, isMissing, PostgresUnavailableError } from './errors.js';
export { PostgresLeases } from './leases.js';
export { isMigrated, migrate, migrateWithin } from './migrations.js';
