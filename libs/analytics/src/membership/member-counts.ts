import type { PointsTotals, Stage, Tier } from '@perennial/membership';
import type { CustomerSnapshot } from '../customers/customer-snapshot.js';
import type { Metrics } from '../metrics.js';
import type { Sign } from '../sign.js';

type EveryonePart = 'stages' | 'tiers' | 'liability' | 'totals' | 'abandonedCarts';

/** How many customers there are, in which stages and tiers, and what they hold in points: all as of the instant. */
export class MemberCounts {
  private customers = 0;
  private enrolled = 0;
  private abandonedCarts = 0;
  private readonly stages = new Map<Stage, number>();
  private readonly tiers = new Map<string, number>();
  private readonly points = { available: 0, pending: 0, reserved: 0, debt: 0 };
  private readonly totals: PointsTotals = {
    earned: 0,
    adjustedUp: 0,
    adjustedDown: 0,
    redeemed: 0,
    restored: 0,
    expired: 0,
    clawedBack: 0,
  };

  add(customer: CustomerSnapshot, sign: Sign = 1): void {
    const { enrolled, tier, stage, points, abandonedCarts } = customer;
    this.customers += sign;
    if (enrolled) this.enrolled += sign;
    this.abandonedCarts += sign * abandonedCarts;
    this.stages.set(stage, (this.stages.get(stage) ?? 0) + sign);
    if (tier !== null) this.tiers.set(tier, (this.tiers.get(tier) ?? 0) + sign);
    this.addPoints(points, sign);
  }

  private addPoints({ available, pending, reserved, debt, totals }: CustomerSnapshot['points'], sign: Sign): void {
    this.points.available += sign * available;
    this.points.pending += sign * pending;
    this.points.reserved += sign * reserved;
    this.points.debt += sign * debt;
    this.totals.earned += sign * totals.earned;
    this.totals.adjustedUp += sign * totals.adjustedUp;
    this.totals.adjustedDown += sign * totals.adjustedDown;
    this.totals.redeemed += sign * totals.redeemed;
    this.totals.restored += sign * totals.restored;
    this.totals.expired += sign * totals.expired;
    this.totals.clawedBack += sign * totals.clawedBack;
  }

  counted(): Pick<Metrics, 'customers' | 'enrolled'> {
    return { customers: this.customers, enrolled: this.enrolled };
  }

  /**
   * Stages that occur, by name; every tier of the version in force, in its order.
   * @param tiers of the version in force.
   * @throws Error when a customer is in a tier that is none of them: they are not as of the same instant.
   */
  result(tiers: readonly Pick<Tier, 'id'>[]): Pick<Metrics, EveryonePart> {
    const { available, pending, reserved, debt } = this.points;
    return {
      stages: Object.fromEntries(occurring(this.stages).sort(([a], [b]) => (a < b ? -1 : 1))),
      tiers: this.perTier(tiers),
      liability: { available, pending, reserved, total: available + pending + reserved, debt },
      totals: { ...this.totals },
      abandonedCarts: this.abandonedCarts,
    };
  }

  private perTier(tiers: readonly Pick<Tier, 'id'>[]): Record<string, number> {
    const known = new Set(tiers.map(({ id }) => id));
    for (const [tier] of occurring(this.tiers)) {
      if (!known.has(tier)) throw new Error(`The version in force has no tier ${tier}, in which there are members`);
    }
    return Object.fromEntries(tiers.map(({ id }) => [id, this.tiers.get(id) ?? 0]));
  }
}

function occurring<K>(counts: ReadonlyMap<K, number>): [K, number][] {
  return [...counts].filter(([, count]) => count > 0);
}
