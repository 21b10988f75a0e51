import type { FactOf } from '../facts/fact.js';
import type { FoldContext } from '../fold/context.js';
import type { MemberState } from '../fold/state.js';
import { addGrowth } from '../tiers/tiers.js';
import { earnAtOnce } from './lots.js';

/**
 * Counts one more of a rule's uses today, if its cap still allows it. A missing cap allows everything, and what it allowed
 * counts all the same: a version with a cap may take effect within the day.
 */
function takeDaily(m: MemberState, cx: FoldContext, rule: string, cap = Infinity): boolean {
  const today = cx.zone.dayOf(m.now);
  if (m.daily.day !== today) {
    m.daily.day = today;
    m.daily.counts.clear();
  }
  const used = m.daily.counts.get(rule) ?? 0;
  if (used >= cap) return false;
  m.daily.counts.set(rule, used + 1);
  return true;
}

/** A review of something bought earns points and growth, each under its cap per day (SPEC §5, §6, ruling 18). */
export function earnForReview(m: MemberState, cx: FoldContext, fact: FactOf<'ReviewSubmitted'>): void {
  const { sku, hasMedia, reviewId } = fact.data;
  if (m.enrolledAt === null || sku === undefined || !hasBought(m, sku)) return;
  const program = cx.program(m);
  const rule = program.points.review;
  const points = hasMedia ? rule.pointsWithMedia : rule.points;
  if (points > 0 && takeDaily(m, cx, 'points:review', rule.dailyCap)) earnAtOnce(m, cx, `review/${reviewId}`, points);
  const growth = program.growth.review;
  if (growth.value > 0 && takeDaily(m, cx, 'growth:review', growth.dailyCap)) addGrowth(m, cx, growth.value);
}

/** Bought: a line of it is in a purchase now, whether or not its units were refunded (ruling 18). */
function hasBought(m: MemberState, sku: string): boolean {
  return m.purchases.some((id) => m.orders.get(id)!.lines.some((line) => line.sku === sku));
}

/** Points and growth per kind of engagement; kinds that the program does not name give nothing. */
export function earnForEngagement(m: MemberState, cx: FoldContext, fact: FactOf<'EngagementRecorded'>): void {
  if (m.enrolledAt === null) return;
  const { kind } = fact.data;
  const program = cx.program(m);
  const points = Object.hasOwn(program.points.engagement, kind) ? program.points.engagement[kind] : null;
  if (points && points.points > 0 && takeDaily(m, cx, `points:engagement:${kind}`, points.dailyCap)) {
    earnAtOnce(m, cx, `engagement/${fact.id}`, points.points);
  }
  const growth = Object.hasOwn(program.growth.engagement, kind) ? program.growth.engagement[kind] : null;
  if (growth && growth.value > 0 && takeDaily(m, cx, `growth:engagement:${kind}`, growth.dailyCap)) {
    addGrowth(m, cx, growth.value);
  }
}

/** The sign-up bonus, at the first registration. */
export function earnForRegistration(m: MemberState, cx: FoldContext, factId: string): void {
  const bonus = cx.program(m).points.registration;
  if (bonus > 0 && m.enrolledAt !== null) earnAtOnce(m, cx, `registration/${factId}`, bonus);
}
