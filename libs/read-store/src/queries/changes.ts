import { type Expression, type Kysely, sql } from 'kysely';
import type { ChangePlace } from '../port.js';
import type { Tables } from '../schema.js';

/** The feed after a place, in its order, as far as it is complete: up to `settled`. */
export function changesAfter(
  db: Kysely<Tables>,
  settled: number | Expression<number>,
  query: { after: ChangePlace | null; types?: readonly string[]; limit: number },
) {
  const { after, types, limit } = query;
  return db
    .selectFrom('changes')
    .select(['position', 'customer_id as customerId', 'ordinal', 'type', 'at', 'body'])
    .where('position', '<=', settled)
    .$if(after !== null, (changes) =>
      changes.where(
        sql<boolean>`(position, customer_id, ordinal) > (${after!.position}, ${after!.customerId}, ${after!.ordinal})`,
      ),
    )
    .$if(types !== undefined, (changes) => changes.where('type', 'in', [...types!]))
    .orderBy('position')
    .orderBy('customer_id')
    .orderBy('ordinal')
    .limit(limit);
}
