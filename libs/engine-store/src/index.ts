export * from './port.js';
export { openSqliteEngineStore } from './sqlite/sqlite-engine-store.js';
