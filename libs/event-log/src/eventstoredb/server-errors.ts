import { LogUnavailableError } from '../port.js';
import { UnreadableEventError } from './event-form.js';

/** The server's answer to an append: the stream is at another revision, so nothing was written. */
export class WrongRevisionAnswer extends Error {
  override readonly name = 'WrongRevisionAnswer';

  /** @param actual revision of the stream's last event, -1 when it does not exist. */
  constructor(readonly actual: number) {
    super(`The stream is at revision ${actual}`);
  }
}

/** The server refused for good: trying again would give the same answer. Nothing was written. */
export class RefusedByServerError extends Error {
  override readonly name = 'RefusedByServerError';
}

/** gRPC status codes that say that the call itself is at fault, not the moment. */
const PERMANENT = new Set<unknown>([
  3, // INVALID_ARGUMENT
  7, // PERMISSION_DENIED
  9, // FAILED_PRECONDITION: the stream is deleted
  12, // UNIMPLEMENTED
  16, // UNAUTHENTICATED
]);

/**
 * True when the same call may succeed later: the server is away, starting, changing its leader, or slow. Errors without
 * a gRPC code are of this kind (a failed discovery, a channel closed under the call).
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof RefusedByServerError || error instanceof WrongRevisionAnswer) return false;
  if (error instanceof UnreadableEventError) return false;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return !PERMANENT.has(code);
}

/** What a caller of the log is told after the last try. */
export function unavailable(what: string, error: unknown): LogUnavailableError {
  const reason = error instanceof Error ? error.message : String(error);
  return new LogUnavailableError(`${what}: ${reason}`, { cause: error });
}
