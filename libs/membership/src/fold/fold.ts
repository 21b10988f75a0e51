import { type Fact, compareIds, factRow } from '../facts/fact.js';
import type { ProgramHistory } from '../program/history.js';
import { advance } from './advance.js';
import { applyEffect, noteFact, orderSpokenOf } from './apply.js';
import type { ChangeSink } from './changes.js';
import { FoldContext, type FoldObserver } from './context.js';
import { assertConserved } from './invariants.js';
import { type MemberState, newState } from './state.js';

/** A fact at the instant at which it counts; `note` = only that the customer exists (ruling 4). */
interface Step {
  at: number;
  fact: Fact;
  note: string | null;
}

/**
 * The facts of one customer (aliases' included, in any order) as the steps of a fold: a fact about an order that is
 * dated before the order takes effect at the order's instant and is ordered as if dated then (ruling 4).
 */
function stepsOf(facts: readonly Fact[]): Step[] {
  const placed = new Map<string, number>();
  for (const fact of facts) {
    if (fact.type !== 'OrderPlaced') continue;
    const known = placed.get(fact.data.orderId);
    if (known === undefined || fact.occurredAt < known) placed.set(fact.data.orderId, fact.occurredAt);
  }
  const steps: Step[] = [];
  for (const fact of facts) {
    const orderId = orderSpokenOf(fact);
    const placedAt = orderId === null ? -Infinity : (placed.get(orderId) ?? Infinity);
    if (placedAt <= fact.occurredAt) steps.push({ at: fact.occurredAt, fact, note: null });
    else {
      steps.push({ at: fact.occurredAt, fact, note: orderId });
      if (placedAt !== Infinity) steps.push({ at: placedAt, fact, note: null });
    }
  }
  return steps.sort((a, b) => a.at - b.at || compareFactsAt(a, b));
}

function compareFactsAt(a: Step, b: Step): number {
  return factRow(a.fact.type) - factRow(b.fact.type) || compareIds(a.fact.id, b.fact.id);
}

/**
 * The state of a customer at instant `until`: a pure function of their facts up to then, the program versions and the
 * instant (SPEC §3).
 * @param facts all of the customer's facts, those under aliases included, in any order; refused links left out.
 * @param until UTC ms; Infinity = right after the last fact, with nothing due after it.
 * @param observer called after each fact and timer; it must not change the state.
 * @returns null when there is no fact up to `until`.
 */
export function foldFacts(
  customerId: string,
  facts: readonly Fact[],
  until: number,
  programs: ProgramHistory,
  sink: ChangeSink | null = null,
  observer: FoldObserver | null = null,
): MemberState | null {
  const cx = new FoldContext(programs, sink, observer);
  let m: MemberState | null = null;
  for (const step of stepsOf(facts)) {
    if (step.at > until) break;
    m ??= newState(customerId, step.at, programs.indexAt(step.at));
    takeStep(m, cx, step);
  }
  if (m && until !== Infinity) passTime(m, cx, until);
  return m;
}

function takeStep(m: MemberState, cx: FoldContext, { at, fact, note }: Step): void {
  advance(m, cx, at);
  if (note !== null) noteFact(m, cx, fact, note);
  else applyEffect(m, cx, fact, at);
  assertConserved(m);
  cx.observe(m);
}

/**
 * Whether a program version that is published now should have taken effect before what the state holds already
 * (facts may be a few minutes ahead of the clock): fold the customer again.
 */
export function isStale(m: MemberState, programs: ProgramHistory): boolean {
  return programs.nextFrom(m.version) <= m.now;
}

/** Whether a fact cannot simply be folded on, because something after it was applied already: fold the customer again. */
export function isLate(m: MemberState, fact: Fact): boolean {
  if (fact.type === 'OrderPlaced' && m.awaitedOrders.includes(fact.data.orderId)) return true;
  if (fact.occurredAt < m.now) return true;
  const last = m.last;
  if (last === null || fact.occurredAt > last.at) return false;
  return (factRow(fact.type) - last.row || compareIds(fact.id, last.id)) <= 0;
}

/** Folds one fact on, in place. The fact must not be late. Creates the state at a customer's first fact. */
export function foldOn(
  state: MemberState | null,
  customerId: string,
  fact: Fact,
  programs: ProgramHistory,
  sink: ChangeSink | null = null,
): MemberState {
  const m = state ?? newState(customerId, fact.occurredAt, programs.indexAt(fact.occurredAt));
  const orderId = orderSpokenOf(fact);
  const note = orderId !== null && !m.orders.has(orderId) ? orderId : null;
  takeStep(m, new FoldContext(programs, sink), { at: fact.occurredAt, fact, note });
  return m;
}

/** Lets time pass for a member, in place: fires the timers due up to `t` (SPEC §3). */
export function advanceTo(m: MemberState, t: number, programs: ProgramHistory, sink: ChangeSink | null = null): void {
  passTime(m, new FoldContext(programs, sink), t);
}

function passTime(m: MemberState, cx: FoldContext, t: number): void {
  advance(m, cx, t);
  assertConserved(m);
}
