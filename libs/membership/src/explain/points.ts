import { CHANGE_FACET, type Change } from '../fold/changes.js';
import { FoldContext } from '../fold/context.js';
import type { Fact } from '../facts/fact.js';
import type { Lot, MemberState } from '../fold/state.js';
import { lotExpiry } from '../points/expiry.js';
import type { ProgramHistory } from '../program/history.js';
import { effectiveTier } from '../tiers/tiers.js';
import { iso } from '../time/zone.js';
import type { Balance, LotExplanation, OrderEarning, PointsExplanation, PointsLine } from './explanation.js';
import { type ExplainCause, followFold, type Happening } from './happenings.js';
import { orderEarning } from './order-earning.js';
import { pointsText } from './points-text.js';

const NOTHING: Balance = { available: 0, pending: 0, reserved: 0, debt: 0 };

/**
 * Why a member has the points that they have: every movement with its cause and rule, and a running balance that ends at
 * the one that the member shows (SPEC §5). @returns null when there is no fact up to `asOf`.
 */
export function explainPoints(
  customerId: string,
  facts: readonly Fact[],
  asOf: number,
  programs: ProgramHistory,
): PointsExplanation | null {
  const account = new PointsAccount(programs);
  const m = followFold(customerId, facts, asOf, programs, (happening) => account.take(happening));
  if (!m) return null;
  const { lines } = account;
  return {
    what: 'points',
    customerId,
    asOf: iso(asOf),
    balance: balanceOf(m.points),
    totals: { ...m.points.totals },
    lines,
    lots: account.lotsOf(m),
  };
}

type LotPoints = Omit<Balance, 'debt'>;

/** Keeps the books of one member's points while they are folded. */
class PointsAccount {
  readonly lines: PointsLine[] = [];
  private readonly opened = new Map<string, { at: string; cause: ExplainCause }>();
  /** Points in each lot after the last movement. */
  private readonly lots = new Map<string, LotPoints>();
  private balance = NOTHING;
  /** Effective tier before what happens next: that of an order that is paid. */
  private tier: string | null = null;
  /** By order: the tier that it was earned in. */
  private readonly tiers = new Map<string, string>();

  constructor(private readonly programs: ProgramHistory) {}

  take(happening: Happening): void {
    const { changes, m } = happening;
    for (const change of changes) {
      if (change.type === 'member-enrolled') this.tier = (change.after as { effective: string }).effective;
      if (CHANGE_FACET[change.type] === 'points') this.move(happening, change);
    }
    this.tier = m.tier && effectiveTier(m, this.programs.program(m.version));
  }

  lotsOf(m: MemberState): LotExplanation[] {
    const cx = new FoldContext(this.programs);
    return [...m.points.lots.values()].map((lot) => {
      const { at, cause } = this.opened.get(lot.id)!;
      const expiry = lot.points > 0 ? lotExpiry(m, lot, cx) : Infinity;
      return {
        id: lot.id,
        openedAt: at,
        cause,
        ...pointsIn(lot),
        activatesAt: lot.activatesAt === null ? null : iso(lot.activatesAt),
        activatedAt: lot.activatedAt === null ? null : iso(lot.activatedAt),
        expiresAt: expiry === Infinity ? null : iso(expiry),
      };
    });
  }

  private move(happening: Happening, change: Change): void {
    const balance = balanceOf(change.after as Balance);
    const moved = minus(balance, this.balance);
    const lots = this.lotsMoved(happening);
    const earning = this.earningOf(happening, change);
    this.balance = balance;
    this.lines.push({
      at: iso(change.at),
      cause: happening.cause,
      change: change.type,
      programVersion: change.programVersion,
      text: pointsText({ change, happening, moved, earning }),
      subject: change.subject,
      moved,
      balance,
      lots,
      earning,
    });
  }

  /** What is different in which lots since the movement before. */
  private lotsMoved({ m, at, cause }: Happening): PointsLine['lots'] {
    const moved: PointsLine['lots'] = [];
    for (const lot of m.points.lots.values()) {
      if (!this.opened.has(lot.id)) this.opened.set(lot.id, { at: iso(at), cause });
      const was = this.lots.get(lot.id) ?? NOTHING;
      const is = pointsIn(lot);
      const { available, pending, reserved } = minus({ ...is, debt: 0 }, { ...was, debt: 0 });
      if (available === 0 && pending === 0 && reserved === 0) continue;
      this.lots.set(lot.id, is);
      moved.push({ lot: lot.id, available, pending, reserved });
    }
    return moved;
  }

  private earningOf({ m }: Happening, { type, subject }: Change): OrderEarning | null {
    if (type === 'points-pending' && this.tier !== null) this.tiers.set(subject, this.tier);
    if (type !== 'points-pending' && type !== 'points-clawed-back') return null;
    const tier = this.tiers.get(subject);
    return tier === undefined ? null : orderEarning(m, subject, tier, this.programs);
  }
}

function pointsIn({ points, pending, held }: Lot): LotPoints {
  return { available: points, pending, reserved: held };
}

function balanceOf({ available, pending, reserved, debt }: Balance): Balance {
  return { available, pending, reserved, debt };
}

function minus(a: Balance, b: Balance): Balance {
  return {
    available: a.available - b.available,
    pending: a.pending - b.pending,
    reserved: a.reserved - b.reserved,
    debt: a.debt - b.debt,
  };
}
