import type { Kysely } from 'kysely';
import type { Tables } from '../schema.js';
import { MEMBER_COLUMNS } from './member-columns.js';

/** Members in order of customerId, after an id. */
export function memberScan(db: Kysely<Tables>, after: string | null, limit: number) {
  return db
    .selectFrom('members as m')
    .innerJoin('member_states as s', 's.customer_id', 'm.customer_id')
    .select(MEMBER_COLUMNS)
    .$if(after !== null, (members) => members.where('m.customer_id', '>', after!))
    .orderBy('m.customer_id')
    .limit(limit);
}

export function memberCount(db: Kysely<Tables>) {
  return db.selectFrom('members').select((count) => count.fn.countAll<number>().as('members'));
}
