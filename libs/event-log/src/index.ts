export * from './port.js';
export * from './mirror.js';
export * from './streams.js';
export * from './upcast.js';
export { sameContent, type Content } from './content.js';
export { openMemoryLog } from './memory/memory-log.js';
export { openSqliteLog, type SqliteLogOptions } from './sqlite/sqlite-log.js';
export { openEventStoreLog, openEventStoreMirror, openEventStoreWriter } from './eventstoredb/open.js';
export type { EventStoreLogOptions } from './eventstoredb/options.js';
export { withClaims } from './claims/claimed-log.js';
export type { ClaimStore, SetAside } from './claims/port.js';
export { openMemoryClaims } from './claims/memory-claims.js';
export { openSqliteClaims } from './sqlite/sqlite-claims.js';
export { openPostgresClaims, type PostgresClaimsOptions } from './postgres/postgres-claims.js';
export {
  compareLogs,
  type Comparison,
  copyLog,
  type CopyProgress,
  type CopyReport,
  type CopyTarget,
  ForeignTargetError,
} from './copy/copy-log.js';
export { CopyRefusedError, orderedWriter, type OrderedWriter } from './copy/ordered-writer.js';
