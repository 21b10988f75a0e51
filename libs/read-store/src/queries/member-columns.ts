import type { MemberRow } from '../port.js';

/** Selects a member from `members as m` and `member_states as s`. */
export const MEMBER_COLUMNS = [
  'm.customer_id as customerId',
  's.state as state',
  's.position as position',
  'm.next_due as nextDue',
  'm.enrolled as enrolled',
  'm.tier as tier',
  'm.stage as stage',
  'm.available as available',
  'm.pending as pending',
  'm.reserved as reserved',
  'm.debt as debt',
  'm.purchases as purchases',
  'm.value as value',
  'm.last_purchase_at as lastPurchaseAt',
] as const;

/** A row as MEMBER_COLUMNS selects it. */
export type MemberRecord = Omit<MemberRow, 'enrolled'> & { enrolled: number };

export function toMemberRow(record: MemberRecord): MemberRow {
  return { ...record, enrolled: record.enrolled === 1 };
}
