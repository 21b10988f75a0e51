import type { MemberState } from '../fold/state.js';
import { remainingNet } from '../orders/valuation.js';
import { campaignFor, lineMultiplier } from '../points/earning.js';
import type { ProgramHistory } from '../program/history.js';
import type { OrderEarning } from './explanation.js';

/**
 * How an order's points are computed on what remains of it now.
 * @param tier effective tier just before the order counted. @returns null when it earns nothing: no member paid it.
 */
export function orderEarning(
  m: Readonly<MemberState>,
  orderId: string,
  tier: string,
  programs: ProgramHistory,
): OrderEarning | null {
  const order = m.orders.get(orderId);
  if (!order?.earning) return null;
  const { version, tierMultiplier, campaignMultiplier, points } = order.earning;
  const program = programs.program(version);
  return {
    orderId,
    programVersion: programs.versions[version].version,
    lines: order.lines.map((line) => ({
      sku: line.sku,
      category: line.category,
      net: remainingNet(line),
      multiplier: lineMultiplier(line, program),
    })),
    tier: { id: tier, multiplier: tierMultiplier },
    campaign: {
      id: campaignFor(order, tier, program, order.paidAt!)?.id ?? null,
      multiplier: campaignMultiplier,
    },
    earn: { ...program.points.earn },
    points,
  };
}

/** Lines that a formula writes out; of a longer order it gives the sum. */
const MOST_LINES = 3;

/** `floor((1999 × 100 + 500 × 200) × 110 × 100 × 1 ÷ (100 × 100³)) = 32` */
export function earningFormula({ lines, tier, campaign, earn, points }: OrderEarning): string {
  const sum =
    lines.length > MOST_LINES
      ? `Σ net × multiplier of ${lines.length} lines`
      : lines.map(({ net, multiplier }) => `${net} × ${multiplier}`).join(' + ');
  return `floor((${sum}) × ${tier.multiplier} × ${campaign.multiplier} × ${earn.points} ÷ (${earn.per} × 100³)) = ${points}`;
}
