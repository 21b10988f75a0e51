import { hash } from 'node:crypto';

/** Namespace of the event ids; never to be changed, or retries of older facts would be written again. */
const NAMESPACE = Buffer.from('6f1c5d0e6b8a5b4f9d1b3c0c7a1e42d9', 'hex');

/**
 * The event id of a fact: UUID v5 (RFC 9562) of its message id. The same fact has the same event id in every process and
 * on every try, which is what makes retries harmless.
 */
export function eventIdOf(factId: string): string {
  const bytes = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(factId)]), 'buffer');
  bytes[6] = (bytes[6] & 0x0f) | 0x50;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
