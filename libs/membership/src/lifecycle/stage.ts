import type { FoldContext } from '../fold/context.js';
import type { MemberState } from '../fold/state.js';
import { schedule, TimerKind, unschedule } from '../fold/timers.js';
import type { Program, Stage } from '../program/program.js';

type Thresholds = Program['lifecycle'];

/** Day of the member's last purchase. */
function lastPurchaseDay(m: MemberState, cx: FoldContext): number {
  const last = m.orders.get(m.purchases[m.purchases.length - 1])!;
  return cx.zone.dayOf(last.paidAt!);
}

/** The stage on a day (SPEC §7, ruling 31). */
function stageOn(day: number, last: number, gapEnd: number | null, count: number, t: Thresholds): Stage {
  if (gapEnd !== null && day - gapEnd <= t.reactivatedDays) return 'reactivated';
  const r = day - last;
  if (r <= t.activeDays) return count === 1 ? 'new' : count >= t.loyalPurchases ? 'loyal' : 'active';
  if (r <= t.coolingDays) return 'cooling';
  if (r <= t.atRiskDays) return 'at-risk';
  return r <= t.dormantDays ? 'dormant' : 'lost';
}

/** Stage now, and the timer for the start of the next day on which it may be another. */
export function updateStage(m: MemberState, cx: FoldContext): void {
  const { stage } = m;
  const t = cx.program(m).lifecycle;
  if (stage.timer !== null) unschedule(m.timers, stage.timer, TimerKind.LifecycleStage, '');
  stage.timer = null;
  if (m.purchases.length === 0) return setStage(m, cx, 'prospect');
  const today = cx.zone.dayOf(m.now);
  const last = lastPurchaseDay(m, cx);
  setStage(m, cx, stageOn(today, last, stage.gapEnd, m.purchases.length, t));
  const ends = [last + t.activeDays, last + t.coolingDays, last + t.atRiskDays, last + t.dormantDays];
  if (stage.gapEnd !== null) ends.push(stage.gapEnd + t.reactivatedDays);
  let next = Infinity;
  for (const end of ends) if (end >= today && end + 1 < next) next = end + 1;
  if (next === Infinity) return;
  stage.timer = cx.zone.startOfDay(next);
  schedule(m.timers, stage.timer, TimerKind.LifecycleStage, '');
}

function setStage(m: MemberState, cx: FoldContext, next: Stage): void {
  const { stage } = m;
  if (stage.current === next) return;
  if (stage.changedAt !== m.now) {
    stage.previous = stage.current;
    stage.changedAt = m.now;
  }
  const before = stage.current;
  stage.current = next;
  cx.announce(m, 'stage-changed', m.customerId, before, next);
}

/** The stage just before this instant: what a reactivation step sees (ruling 10). */
export function stageJustBefore(m: MemberState): Stage {
  return m.stage.changedAt === m.now ? m.stage.previous : m.stage.current;
}

/** Timer: a day begins on which the stage may be another. */
export function stageTimer(m: MemberState, cx: FoldContext): void {
  m.stage.timer = null;
  updateStage(m, cx);
}

/** Looks for the latest gap of more than atRiskDays between successive purchases' days (ruling 31). */
export function recountGaps(m: MemberState, cx: FoldContext): void {
  const limit = cx.program(m).lifecycle.atRiskDays;
  m.stage.gapEnd = null;
  for (let i = m.purchases.length - 1; i > 0; i--) {
    const day = cx.zone.dayOf(m.orders.get(m.purchases[i])!.paidAt!);
    const before = cx.zone.dayOf(m.orders.get(m.purchases[i - 1])!.paidAt!);
    if (day - before > limit) {
      m.stage.gapEnd = day;
      return;
    }
  }
}
