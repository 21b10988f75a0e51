import {
  effectiveTier,
  type MemberState,
  type PointsTotals,
  type ProgramHistory,
  type Stage,
} from '@perennial/membership';
import { countSteps, type StepCounts } from '../reactivation/step-counts.js';

/**
 * What metrics need to know of one customer at the as-of instant: plain data. Instants are UTC ms, days are day numbers
 * in the program's zone, money is in minor units.
 */
export interface CustomerSnapshot {
  customerId: string;
  enrolled: boolean;
  /** Effective tier; null for one who is no member. */
  tier: string | null;
  stage: Stage;
  points: { available: number; pending: number; reserved: number; debt: number; totals: PointsTotals };
  /** Paid orders that are purchases in today's view (SPEC §2), by (paidAt, orderId). */
  purchases: readonly PurchaseSnapshot[];
  /** Days with a visit. */
  visitDays: readonly number[];
  /** Days with a cart that was not empty. */
  cartDays: readonly number[];
  /** What became of reactivation tasks, in order of the step. */
  steps: readonly StepCounts[];
  /** How often a cart was abandoned, ever. */
  abandonedCarts: number;
}

export interface PurchaseSnapshot {
  paidAt: number;
  /** Day of `paidAt`. */
  day: number;
  /** What remains after refunds. */
  value: number;
}

/** What the fold has made of a customer, as metrics see it. The state must have been advanced to the as-of instant. */
export function snapshotOf(m: MemberState, programs: ProgramHistory): CustomerSnapshot {
  const { available, pending, reserved, debt, totals } = m.points;
  const purchases = m.purchases.map((orderId) => {
    const { paidAt, remaining } = m.orders.get(orderId)!;
    return { paidAt: paidAt!, day: programs.zone.dayOf(paidAt!), value: remaining };
  });
  return {
    customerId: m.customerId,
    enrolled: m.enrolledAt !== null,
    tier: m.tier === null ? null : effectiveTier(m, programs.program(m.version)),
    stage: m.stage.current,
    points: { available, pending, reserved, debt, totals: { ...totals } },
    purchases,
    visitDays: [...m.visitDays],
    cartDays: [...m.cartDays],
    steps: countSteps(m.tasks.values(), purchases, programs.zone),
    abandonedCarts: m.abandonedCarts,
  };
}
