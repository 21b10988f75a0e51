/** The database cannot be reached, or ended the connection: the same work may be done again later. */
export class PostgresUnavailableError extends Error {
  override readonly name = 'PostgresUnavailableError';
}

/** Of a node socket, or of a pool that waited in vain. */
const OF_SOCKETS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** Told by `pg` without a code when a socket ends, or none is to be had in time. */
const OF_THE_CLIENT =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection/;

/** True when it was the way to the server, or its end, that failed, and not the statement. */
export function isUnavailable(error: unknown): boolean {
  // By its fields and not by class: there may be more than one realm, each with an Error of its own.
  const { code, message = '' } = (error ?? {}) as { code?: string; message?: string };
  if (code === undefined) return OF_THE_CLIENT.test(message);
  // 08: connections; 57P0x: shut down, crashed, starting up; 53300: too many connections.
  return OF_SOCKETS.has(code) || code.startsWith('08') || code.startsWith('57P0') || code === '53300';
}

/** Two transactions were in each other's way: the same one may be made again at once. */
export function isCollision(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === '40001' || code === '40P01';
}

/** The statement names a table or a schema that is not there, or not any more. */
export function isMissing(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === '42P01' || code === '3F000';
}

/** The statement waited for a lock for longer than its `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return (error as { code?: string }).code === '55P03';
}

export function asUnavailable(error: unknown): unknown {
  if (!isUnavailable(error)) return error;
  return new PostgresUnavailableError(`PostgreSQL cannot be used now: ${(error as Error).message}`, { cause: error });
}
