import type { MemberState, Order } from '../fold/state.js';
import { safe } from './money.js';

/** A million purchases below this come to less than what can be counted exactly. */
const LARGE = Number.MAX_SAFE_INTEGER / 1_000_000;

/** What remains of all purchases, minor units (SPEC Appendix B). @throws OverflowError */
export function purchaseValue(m: MemberState): number {
  return safe(m.purchases.reduce((sum, id) => sum + m.orders.get(id)!.remaining, 0));
}

/** Makes sure that a new purchase and all others can be added up. @throws OverflowError */
export function requireCountable(m: MemberState, order: Order): void {
  if (order.remaining >= LARGE) purchaseValue(m);
}
