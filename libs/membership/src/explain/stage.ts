import type { Fact } from '../facts/fact.js';
import { FoldContext } from '../fold/context.js';
import type { MemberState } from '../fold/state.js';
import type { Program } from '../program/program.js';
import type { ProgramHistory } from '../program/history.js';
import { civil, iso } from '../time/zone.js';
import type { ExplanationLine, PurchaseLine, StageExplanation } from './explanation.js';
import { type ExplainCause, followFold } from './happenings.js';

/**
 * Why a customer is in the stage that they are in: the purchases, the gap between them, the thresholds and every change
 * (SPEC §7). @returns null when there is no fact up to `asOf`.
 */
export function explainStage(
  customerId: string,
  facts: readonly Fact[],
  asOf: number,
  programs: ProgramHistory,
): StageExplanation | null {
  const paidBy = new Map<string, ExplainCause>();
  const lines: ExplanationLine[] = [];
  const m = followFold(customerId, facts, asOf, programs, ({ changes, cause }) => {
    for (const { type, subject, at, before, after, programVersion } of changes) {
      if (type === 'purchase-changed' && before === null) paidBy.set(subject, cause);
      if (type !== 'stage-changed') continue;
      const text =
        before === null ? `First seen: ${after as string}` : `From ${before as string} to ${after as string}`;
      lines.push({ at: iso(at), cause, change: type, programVersion, text });
    }
  });
  if (!m) return null;
  const cx = new FoldContext(programs);
  const purchases = purchaseLines(m, cx, paidBy);
  const thresholds = cx.program(m).lifecycle;
  const today = cx.zone.dayOf(asOf);
  const last = m.purchases.length > 0 ? dayOfPurchase(m, cx, m.purchases.length - 1) : null;
  return {
    what: 'stage',
    customerId,
    asOf: iso(asOf),
    stage: m.stage.current,
    text: stageText(m, thresholds, today, last),
    today: dayText(today),
    daysSinceLast: last === null ? null : today - last,
    thresholds,
    gap: gapOf(m, cx),
    purchases,
    next: m.stage.timer === null ? null : iso(m.stage.timer),
    lines,
  };
}

function dayOfPurchase(m: MemberState, cx: FoldContext, index: number): number {
  return cx.zone.dayOf(m.orders.get(m.purchases[index])!.paidAt!);
}

function purchaseLines(m: MemberState, cx: FoldContext, paidBy: ReadonlyMap<string, ExplainCause>): PurchaseLine[] {
  return m.purchases.map((orderId, index) => {
    const order = m.orders.get(orderId)!;
    const day = dayOfPurchase(m, cx, index);
    return {
      orderId,
      cause: paidBy.get(orderId)!,
      paidAt: iso(order.paidAt!),
      day: dayText(day),
      value: order.remaining,
      gapDays: index === 0 ? null : day - dayOfPurchase(m, cx, index - 1),
    };
  });
}

/** The gap that `gapEnd` ends: the days of the purchases on both sides of it. */
function gapOf(m: MemberState, cx: FoldContext): StageExplanation['gap'] {
  const { gapEnd } = m.stage;
  if (gapEnd === null) return null;
  const days = m.purchases.map((_, index) => dayOfPurchase(m, cx, index));
  const from = days.findLast((day) => day < gapEnd)!;
  return { from: dayText(from), to: dayText(gapEnd), days: gapEnd - from };
}

function stageText(m: MemberState, t: Program['lifecycle'], today: number, last: number | null): string {
  const { current, gapEnd } = m.stage;
  if (last === null) return 'There is no purchase';
  const count = m.purchases.length;
  const since = `The last purchase is ${today - last} days ago`;
  switch (current) {
    case 'reactivated':
      return `A gap of more than ${t.atRiskDays} days ended ${today - gapEnd!} days ago, at most ${t.reactivatedDays}`;
    case 'new':
      return `${since}, at most ${t.activeDays}, and it is the first`;
    case 'active':
      return `${since}, at most ${t.activeDays}, and there are ${count}, fewer than ${t.loyalPurchases}`;
    case 'loyal':
      return `${since}, at most ${t.activeDays}, and there are ${count}, at least ${t.loyalPurchases}`;
    case 'cooling':
      return `${since}, more than ${t.activeDays} and at most ${t.coolingDays}`;
    case 'at-risk':
      return `${since}, more than ${t.coolingDays} and at most ${t.atRiskDays}`;
    case 'dormant':
      return `${since}, more than ${t.atRiskDays} and at most ${t.dormantDays}`;
    default:
      return `${since}, more than ${t.dormantDays}`;
  }
}

function dayText(day: number): string {
  const { year, month, day: date } = civil(day);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}
