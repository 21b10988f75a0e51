import type { Expression, Kysely } from 'kysely';
import type { Tables } from '../schema.js';

const COLUMNS = [
  'fact_id as factId',
  'alias_id as aliasId',
  'customer_id as customerId',
  'occurred_at as occurredAt',
  'position',
] as const;

/** The links up to a position of the log, in fact order. */
export function linksUpTo(db: Kysely<Tables>, upTo: number | Expression<number>) {
  return db.selectFrom('links').select(COLUMNS).where('position', '<=', upTo).orderBy('occurred_at').orderBy('fact_id');
}
