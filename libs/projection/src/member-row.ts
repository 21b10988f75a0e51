import {
  effectiveTier,
  encodeState,
  type MemberState,
  nextDue,
  type ProgramHistory,
  purchaseValue,
} from '@perennial/membership';
import type { MemberRow } from '@perennial/read-store';

/** A state as its row in the read store. @param position log position of the customer's last fact in it. */
export function rowOf(m: MemberState, position: number, programs: ProgramHistory): MemberRow {
  const due = nextDue(m, programs);
  const { available, pending, reserved, debt } = m.points;
  const last = m.purchases.length > 0 ? m.orders.get(m.purchases[m.purchases.length - 1])! : null;
  return {
    customerId: m.customerId,
    state: encodeState(m),
    position,
    nextDue: due === Infinity ? null : due,
    enrolled: m.enrolledAt !== null,
    tier: m.tier && effectiveTier(m, programs.program(m.version)),
    stage: m.stage.current,
    available,
    pending,
    reserved,
    debt,
    purchases: m.purchases.length,
    value: purchaseValue(m),
    lastPurchaseAt: last && last.paidAt,
  };
}
