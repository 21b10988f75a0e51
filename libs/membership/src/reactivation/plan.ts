import { compareIds, type ConsentChannel } from '../facts/fact.js';
import type { FoldContext } from '../fold/context.js';
import type { MemberState } from '../fold/state.js';
import { schedule, TimerKind, unschedule } from '../fold/timers.js';
import { stageJustBefore } from '../lifecycle/stage.js';
import type { Program, ReactivationStep } from '../program/program.js';
import { effectiveTier } from '../tiers/tiers.js';
import { isHeldOut } from './holdout.js';
import { openTask } from './tasks.js';

/**
 * Plans the steps that lie ahead for the last purchase: those due at `from` or later, each once. Missed ones never open
 * (ruling 35). Only the next one has a timer; most are planned anew by the next purchase before they fall due.
 */
export function planSteps(m: MemberState, cx: FoldContext, from: number): void {
  if (m.steps.length > 0) unschedule(m.timers, m.steps[0].due, TimerKind.ReactivationStepDue, m.steps[0].id);
  m.steps = [];
  if (m.purchases.length === 0) return;
  const order = m.orders.get(m.purchases[m.purchases.length - 1])!;
  const day = cx.zone.dayOf(order.paidAt!);
  for (const step of cx.program(m).reactivation.steps) {
    const due = cx.zone.startOfDay(day + step.afterDays);
    if (due < from) continue;
    const id = `${order.id}/${step.id}`;
    if (m.tasks.size === 0 || !m.tasks.has(id)) m.steps.push({ id, due });
  }
  if (m.steps.length > 1) m.steps.sort((a, b) => a.due - b.due || compareIds(a.id, b.id));
  watchNextStep(m);
}

function watchNextStep(m: MemberState): void {
  if (m.steps.length > 0) schedule(m.timers, m.steps[0].due, TimerKind.ReactivationStepDue, m.steps[0].id);
}

/** Timer: a step of the plan falls due and opens its task, held out or suppressed where that applies (SPEC §7). */
export function stepDue(m: MemberState, cx: FoldContext, id: string): void {
  m.steps.shift();
  watchNextStep(m);
  const orderId = m.purchases[m.purchases.length - 1];
  const program = cx.program(m);
  const step = program.reactivation.steps.find((s) => id === `${orderId}/${s.id}`)!;
  const suppressed = suppression(m, cx, step, program);
  const { holdout, attributionDays } = program.reactivation;
  const heldOut = suppressed === null && isHeldOut(m.customerId, holdout.salt, holdout.percent);
  openTask(m, cx, {
    id,
    kind: 'reactivation',
    step: step.id,
    about: orderId,
    state: suppressed !== null ? 'suppressed' : heldOut ? 'held-out' : 'open',
    reason: suppressed ?? (heldOut ? 'holdout' : null),
    dueAt: m.now,
    openUntil: cx.zone.startOfDay(cx.zone.dayOf(m.now) + step.openDays),
    attributionDays,
  });
}

/** Why nobody may be written to, in the order of ruling 32; null = go ahead. */
function suppression(m: MemberState, cx: FoldContext, step: ReactivationStep, program: Program): string | null {
  if (m.erasedAt !== null) return 'erased';
  if (!inAudience(m, cx, step.audience)) return 'audience';
  return step.channels.some((channel) => isConsented(m, channel, program)) ? null : 'no-consent';
}

/** Whether the customer may be written to on a channel (ruling 32). */
export function isConsented(m: MemberState, channel: ConsentChannel, program: Program): boolean {
  return m.consents[channel] ?? program.reactivation.consent === 'assumed';
}

/** Tiers mean the effective tier, and a non-member is in none; stages as just before; orders are purchases (ruling 38). */
export function inAudience(m: MemberState, cx: FoldContext, audience: ReactivationStep['audience']): boolean {
  const { tiers, stages, minOrders, maxOrders } = audience;
  if (tiers && !(m.tier !== null && tiers.includes(effectiveTier(m, cx.program(m))))) return false;
  if (stages && !stages.includes(stageJustBefore(m))) return false;
  const count = m.purchases.length;
  return count >= (minOrders ?? 0) && count <= (maxOrders ?? Infinity);
}
