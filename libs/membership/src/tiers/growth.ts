import type { FoldContext } from '../fold/context.js';
import type { MemberState } from '../fold/state.js';
import { safe } from '../orders/money.js';
import type { Program } from '../program/program.js';
import { civil, DAY_MS, type Zone } from '../time/zone.js';

/** Whether an entry dated `d` counts at `t` (SPEC §6, ruling 6: d ≤ t < d + window). */
function counts(d: number, t: number, program: Program, zone: Zone): boolean {
  const { window } = program.growth;
  if (window.kind === 'rolling') return t < d + window.days * DAY_MS;
  return civil(zone.dayOf(d)).year === civil(zone.dayOf(t)).year;
}

/** Growth value at an instant not before `m.now`; entries are in order of date, so the window only drops from its head. */
export function growthAt(m: MemberState, cx: FoldContext, t: number): number {
  const { entries } = m.growth;
  const first = firstThatCounts(m, cx, t);
  let { head, sum } = m.growth;
  while (head < first) sum -= entries[head++].value;
  return sum;
}

/** Index of the first entry inside the window at an instant not before `m.now`. */
export function firstThatCounts(m: MemberState, cx: FoldContext, t: number): number {
  const { entries } = m.growth;
  const program = cx.program(m);
  let { head } = m.growth;
  while (head < entries.length && !counts(entries[head].at, t, program, cx.zone)) head++;
  return head;
}

/** Growth now; moves the head of the window up. */
export function growthNow(m: MemberState, cx: FoldContext): number {
  const { growth } = m;
  const program = cx.program(m);
  while (growth.head < growth.entries.length && !counts(growth.entries[growth.head].at, m.now, program, cx.zone)) {
    growth.sum -= growth.entries[growth.head++].value;
  }
  return growth.sum;
}

/** A new version may have another window: the sum is taken afresh. */
export function recountGrowth(m: MemberState): void {
  m.growth.head = 0;
  m.growth.sum = m.growth.entries.reduce((sum, entry) => sum + entry.value, 0);
}

/** An entry dated now. @returns its index. */
export function addEntry(m: MemberState, value: number): number {
  m.growth.sum = safe(m.growth.sum + value);
  return m.growth.entries.push({ at: m.now, value }) - 1;
}

/** Sets an order's entry anew after a refund. */
export function changeGrowth(m: MemberState, index: number, value: number): void {
  const entry = m.growth.entries[index];
  if (index >= m.growth.head) m.growth.sum += value - entry.value;
  entry.value = value;
}

/** Growth that an order gives on what remains of it (SPEC §6, ruling 24); the bonus only while it is a purchase. */
export function growthOfOrder(remaining: number, purchase: boolean, program: Program): number {
  const { value, per } = program.growth.perAmount;
  const amount = remaining * value;
  const base =
    amount <= Number.MAX_SAFE_INTEGER
      ? Math.floor(amount / per)
      : safe(Number((BigInt(remaining) * BigInt(value)) / BigInt(per)));
  return base + (purchase ? program.growth.perPurchase : 0);
}
