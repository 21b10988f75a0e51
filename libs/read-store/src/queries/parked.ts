import type { Kysely } from 'kysely';
import type { Tables } from '../schema.js';

/** All members that are set aside, in the order in which it happened. */
export function allParked(db: Kysely<Tables>) {
  return db
    .selectFrom('parked')
    .select(['customer_id as customerId', 'position', 'error', 'parked_at as parkedAt'])
    .orderBy('position')
    .orderBy('customer_id');
}
