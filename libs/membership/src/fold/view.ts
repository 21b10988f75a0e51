import { compareIds } from '../facts/fact.js';
import { lotExpiry } from '../points/expiry.js';
import type { ProgramHistory } from '../program/history.js';
import { churnBandOf } from '../churn/assessment.js';
import { growthAt } from '../tiers/growth.js';
import { effectiveTier, projectedTier } from '../tiers/tiers.js';
import { iso } from '../time/zone.js';
import { advance } from './advance.js';
import { decodeState, encodeState } from './codec.js';
import { FoldContext } from './context.js';
import type { Member } from './member.js';
import type { MemberState } from './state.js';
import { purchaseValue } from '../orders/purchase-value.js';

/** The member as of `t` (SPEC Appendix B). The state must have been advanced to `t` and hold no fact after it. */
export function viewMember(m: MemberState, t: number, programs: ProgramHistory): Member {
  const cx = new FoldContext(programs);
  const { available, pending, reserved, debt, totals } = m.points;
  return {
    customerId: m.customerId,
    asOf: iso(t),
    enrolled: m.enrolledAt !== null,
    tier: tierOf(m, t, cx),
    points: { available, pending, reserved, debt, nextExpiry: nextExpiry(m, cx), totals: { ...totals } },
    stage: m.stage.current,
    purchases: purchasesOf(m),
    tasks: tasksOf(m),
    churn: churnOf(m, cx),
  };
}

function tierOf(m: MemberState, t: number, cx: FoldContext): Member['tier'] {
  if (m.tier === null) return null;
  const program = cx.program(m);
  const { earned, since, until } = m.tier;
  const growth = growthAt(m, cx, t);
  const above = program.tiers[program.tiers.findIndex((tier) => tier.id === earned) + 1];
  return {
    effective: effectiveTier(m, program),
    earned,
    since: iso(since),
    until: until === null ? null : iso(until),
    growth,
    next: above ? { tier: above.id, missing: above.threshold - growth } : null,
    projected: projected(m, cx),
  };
}

/** Where a version takes effect before the period ends, the projection is the fold itself (ruling 28). */
function projected(m: MemberState, cx: FoldContext): string {
  const { until } = m.tier!;
  if (until === null || cx.programs.nextFrom(m.version) > until) return projectedTier(m, cx);
  const ahead = decodeState(encodeState(m));
  advance(ahead, cx, until);
  return ahead.tier!.earned;
}

/** The soonest end of free active points; all lots of that instant together, pending and held points left out (ruling 25). */
function nextExpiry(m: MemberState, cx: FoldContext): Member['points']['nextExpiry'] {
  let at = Infinity;
  let points = 0;
  for (const lot of m.points.lots.values()) {
    if (lot.points === 0) continue;
    const expiry = lotExpiry(m, lot, cx);
    if (expiry < at) {
      at = expiry;
      points = 0;
    }
    if (expiry === at) points += lot.points;
  }
  return at === Infinity ? null : { at: iso(at), points };
}

function purchasesOf(m: MemberState): Member['purchases'] {
  const orders = m.purchases.map((id) => m.orders.get(id)!);
  return {
    count: orders.length,
    value: purchaseValue(m),
    firstAt: orders.length > 0 ? iso(orders[0].paidAt!) : null,
    lastAt: orders.length > 0 ? iso(orders[orders.length - 1].paidAt!) : null,
  };
}

function tasksOf(m: MemberState): Member['tasks'] {
  return [...m.tasks.values()]
    .sort((a, b) => a.dueAt - b.dueAt || compareIds(a.id, b.id))
    .map(({ id, kind, step, state, reason, dueAt, openUntil }) => ({
      id,
      kind,
      step,
      state,
      reason,
      dueAt: iso(dueAt),
      openUntil: openUntil === null ? null : iso(openUntil),
    }));
}

function churnOf(m: MemberState, cx: FoldContext): Member['churn'] {
  if (m.churn === null) return null;
  const { model, probabilityAlive, assessedAt } = m.churn;
  return { model, probabilityAlive, band: churnBandOf(m, cx)!, assessedAt: iso(assessedAt) };
}
