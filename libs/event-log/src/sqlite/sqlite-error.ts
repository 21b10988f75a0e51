/**
 * True when SQLite gave this result code or one of its extended ones (`SQLITE_BUSY` covers `SQLITE_BUSY_SNAPSHOT`).
 * By code and not by class: the driver's native part keeps the error class of whoever loaded it first in the process.
 */
export function hasSqliteCode(error: unknown, code: string): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return error.code === code || (typeof error.code === 'string' && error.code.startsWith(`${code}_`));
}
