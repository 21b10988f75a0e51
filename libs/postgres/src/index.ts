export { openPostgres, PostgresDatabase, type PostgresOptions, type Query } from './database.js';
export { PostgresUnavailableError } from './errors.js';
export { PostgresLeases } from './leases.js';
export { migrate } from './migrations.js';
