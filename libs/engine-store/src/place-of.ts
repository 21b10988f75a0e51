import type { Attempt } from './port.js';

/** Stands for an API key and a key of its own; neither holds a space. */
export function placeOf({ apiKeyId, idempotencyKey }: Attempt): string {
  return `${apiKeyId} ${idempotencyKey}`;
}
