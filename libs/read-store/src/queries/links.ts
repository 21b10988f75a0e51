import type { Kysely } from 'kysely';
import type { Tables } from '../schema.js';

/** All links in fact order. */
export function allLinks(db: Kysely<Tables>) {
  return db
    .selectFrom('links')
    .select(['fact_id as factId', 'alias_id as aliasId', 'customer_id as customerId', 'occurred_at as occurredAt'])
    .orderBy('occurred_at')
    .orderBy('fact_id');
}
