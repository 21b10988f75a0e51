export * from './port.js';
export * from './streams.js';
export * from './upcast.js';
export { sameContent, type Content } from './content.js';
export { openMemoryLog } from './memory/memory-log.js';
export { openSqliteLog, type SqliteLogOptions } from './sqlite/sqlite-log.js';
export { openEventStoreLog } from './eventstoredb/open.js';
export type { EventStoreLogOptions } from './eventstoredb/options.js';
