export * from './port.js';
export { partitionOf } from './partitions.js';
export type { Tables } from './schema.js';
export { openSqliteReadStores, type SqliteReadStoresOptions } from './sqlite/sqlite-stores.js';
export { openPostgresReadStores, type PostgresReadStoresOptions } from './postgres/postgres-stores.js';
