export * from './port.js';
export { openSqliteEngineStore } from './sqlite/sqlite-engine-store.js';
export { openPostgresEngineStore, type PostgresEngineStoreOptions } from './postgres/postgres-engine-store.js';
