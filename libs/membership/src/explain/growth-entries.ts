import type { FoldContext } from '../fold/context.js';
import type { MemberState, Order } from '../fold/state.js';
import type { Program } from '../program/program.js';
import { firstThatCounts } from '../tiers/growth.js';
import { iso } from '../time/zone.js';
import type { GrowthLine } from './explanation.js';
import type { ExplainCause, Happening } from './happenings.js';

interface Source {
  cause: ExplainCause;
  changedBy: ExplainCause[];
  /** What gave it, where it was no order. */
  text: string;
}

/** Where each entry of a member's growth came from; entries themselves say only when and how much. */
export class GrowthSources {
  private readonly sources: Source[] = [];

  /** To be called after every fact and timer. */
  take({ m, fact, cause }: Happening): void {
    const { entries } = m.growth;
    if (fact === null) return;
    while (this.sources.length < entries.length) {
      this.sources.push({ cause, changedBy: [], text: sourceText(fact) });
    }
    if (fact.type !== 'OrderRefunded' && fact.type !== 'OrderCancelled') return;
    const earning = m.orders.get(fact.data.orderId)?.earning;
    if (earning) this.sources[earning.growthEntry].changedBy.push(cause);
  }

  /** The entries inside the window at `t`, oldest first, with the sum up to each. */
  linesAt(m: MemberState, cx: FoldContext, t: number): GrowthLine[] {
    const orders = new Map<number, Order>();
    for (const order of m.orders.values()) if (order.earning) orders.set(order.earning.growthEntry, order);
    let growth = 0;
    const lines: GrowthLine[] = [];
    for (let index = firstThatCounts(m, cx, t); index < m.growth.entries.length; index++) {
      const { at, value } = m.growth.entries[index];
      const { cause, changedBy, text } = this.sources[index];
      const order = orders.get(index);
      growth += value;
      const rule = order ? orderText(order, value, cx.programs.program(order.earning!.version)) : `${text}: ${value}`;
      lines.push({ at: iso(at), cause, changedBy, value, growth, text: rule });
    }
    return lines;
  }
}

function sourceText(fact: NonNullable<Happening['fact']>): string {
  switch (fact.type) {
    case 'ReviewSubmitted':
      return `Review ${fact.data.reviewId}`;
    case 'EngagementRecorded':
      return `Engagement ${fact.data.kind}`;
    default:
      return fact.type;
  }
}

function orderText(order: Order, value: number, { growth }: Program): string {
  const { value: rate, per } = growth.perAmount;
  const bonus = order.purchase ? ` + ${growth.perPurchase} for the purchase` : '';
  return `Order ${order.id}: floor(${order.remaining} × ${rate} ÷ ${per})${bonus} = ${value}`;
}
