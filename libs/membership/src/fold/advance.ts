import { abandonCart, rewatchCarts } from '../carts/abandonment.js';
import { recountGaps, stageTimer, updateStage } from '../lifecycle/stage.js';
import { keepBirthday } from '../points/birthday.js';
import { activatePendingLot, expireLot } from '../points/lots.js';
import { expireReservation } from '../points/spending.js';
import { rejudgeChurn } from '../churn/assessment.js';
import type { ProgramHistory } from '../program/history.js';
import { planSteps, stepDue } from '../reactivation/plan.js';
import { taskTimer } from '../reactivation/tasks.js';
import { endGrant } from '../tiers/grants.js';
import { endTierPeriod, enrol, enterVersion, noticePeriodEnd, PERIOD_NOTICE } from '../tiers/tiers.js';
import type { FoldContext } from './context.js';
import type { MemberState } from './state.js';
import { type Timer, TimerKind } from './timers.js';

/** When the next timer of this member is due, the next program version's included; Infinity = never. */
export function nextDue(m: MemberState, programs: ProgramHistory): number {
  const own = m.timers.length > 0 ? m.timers[m.timers.length - 1][0] : Infinity;
  return Math.min(own, programs.nextFrom(m.version));
}

/** Fires every timer with due ≤ t, each at its own instant and in the order of SPEC §3. */
export function advance(m: MemberState, cx: FoldContext, t: number): void {
  for (;;) {
    const versionDue = cx.programs.nextFrom(m.version);
    const next = m.timers.length > 0 ? m.timers[m.timers.length - 1] : null;
    if (next !== null && next[0] <= versionDue) {
      if (next[0] > t) return;
      m.timers.pop();
      fire(m, cx, next);
    } else {
      if (versionDue > t) return;
      takeEffect(m, cx, versionDue);
    }
    cx.observe(m);
  }
}

function fire(m: MemberState, cx: FoldContext, timer: Timer): void {
  const [due, kind, id] = timer;
  m.now = due;
  cx.running = timer;
  switch (kind) {
    case TimerKind.Birthday:
      return keepBirthday(m, cx);
    case TimerKind.ActivatePoints:
      return activatePendingLot(m, cx, id);
    case TimerKind.ExpireReservation:
      return expireReservation(m, cx, id);
    case TimerKind.ExpirePoints:
      return expireLot(m, cx, id);
    case TimerKind.TierGrantEnds:
      return endGrant(m, cx);
    case TimerKind.TierPeriodEnds:
      return id === PERIOD_NOTICE ? noticePeriodEnd(m, cx) : endTierPeriod(m, cx);
    case TimerKind.CartAbandoned:
      return abandonCart(m, cx, id);
    case TimerKind.TaskExpiresOrWakes:
      return taskTimer(m, cx, id);
    case TimerKind.ReactivationStepDue:
      return stepDue(m, cx, id);
    case TimerKind.LifecycleStage:
      return stageTimer(m, cx);
    case TimerKind.ProgramVersion:
      throw new Error('A program version is no timer of the member itself');
  }
}

/** Timer: the next program version takes effect for this member (SPEC §4, rulings 10, 15, 16). */
function takeEffect(m: MemberState, cx: FoldContext, at: number): void {
  const from = cx.program(m);
  m.now = at;
  cx.running = [at, TimerKind.ProgramVersion, String(cx.programs.versions[m.version + 1].version)];
  enterVersion(m, cx);
  rejudgeChurn(m, cx, from);
  if (m.enrolledAt === null && cx.program(m).enrolment === 'automatic') enrol(m, cx);
  rewatchCarts(m, cx);
  recountGaps(m, cx);
  updateStage(m, cx);
  // What was due at this very instant ran under the old version (ruling 10).
  planSteps(m, cx, at + 1);
}
