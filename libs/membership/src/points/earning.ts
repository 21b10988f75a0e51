import type { FoldContext } from '../fold/context.js';
import type { MemberState, Order } from '../fold/state.js';
import { safe } from '../orders/money.js';
import { type OrderLine, remainingNet } from '../orders/valuation.js';
import type { Campaign, Program } from '../program/program.js';
import { effectiveTier } from '../tiers/tiers.js';
import { openPendingLot } from './lots.js';

/** Multiplier of a line: the greatest that names its category or sku; 100 only where none does (ruling 14). */
export function lineMultiplier(line: OrderLine, program: Program): number {
  let greatest = -1;
  for (const rule of program.points.lineMultipliers) {
    const matches = rule.sku === undefined ? rule.category === line.category : rule.sku === line.sku;
    if (matches && rule.multiplier > greatest) greatest = rule.multiplier;
  }
  return greatest === -1 ? 100 : greatest;
}

/** Whether a campaign matches an order at paidAt (ruling 14): one line in every list of lines, the channel, the tier. */
function campaignMatches(campaign: Campaign, order: Order, tier: string, at: number): boolean {
  if (at < Date.parse(campaign.from) || at >= Date.parse(campaign.to)) return false;
  if (campaign.channels && !(order.channel !== null && campaign.channels.includes(order.channel))) return false;
  if (campaign.tiers && !campaign.tiers.includes(tier)) return false;
  const { categories, skus } = campaign;
  if (!categories && !skus) return true;
  return order.lines.some(
    (line) =>
      (!categories || (line.category !== null && categories.includes(line.category))) &&
      (!skus || (line.sku !== null && skus.includes(line.sku))),
  );
}

/** The campaign that counts for an order at paidAt: of those that match the one with the greatest multiplier. */
export function campaignFor(order: Order, tier: string, program: Program, at: number): Campaign | null {
  let greatest: Campaign | null = null;
  for (const campaign of program.campaigns) {
    if (greatest !== null && campaign.multiplier <= greatest.multiplier) continue;
    if (campaignMatches(campaign, order, tier, at)) greatest = campaign;
  }
  return greatest;
}

/**
 * Points of an order on what remains of it (SPEC §5):
 * floor( Σ(line net × line multiplier) × tier × campaign × earn.points ÷ (earn.per × 100³) ).
 */
export function pointsOfOrder(order: Order, tier: number, campaign: number, program: Program): number {
  const { points, per } = program.points.earn;
  let weighted = 0;
  for (const line of order.lines) weighted += remainingNet(line) * lineMultiplier(line, program);
  const product = weighted * tier * campaign * points;
  // Exact while the product is: below 2^53 a quotient never rounds up to the next integer.
  if (weighted <= Number.MAX_SAFE_INTEGER && product <= Number.MAX_SAFE_INTEGER)
    return Math.floor(product / (per * 1e6));
  let exact = 0n;
  for (const line of order.lines) exact += BigInt(remainingNet(line)) * BigInt(lineMultiplier(line, program));
  return safe(Number((exact * BigInt(tier) * BigInt(campaign) * BigInt(points)) / (BigInt(per) * 1_000_000n)));
}

/** A member's order is paid: what it earns is pinned, and its points wait in a lot for activation (SPEC §4, §5). */
export function earnPoints(m: MemberState, cx: FoldContext, order: Order): void {
  const program = cx.program(m);
  const tier = effectiveTier(m, program);
  const tierMultiplier = program.tiers.find((t) => t.id === tier)!.pointsMultiplier;
  const campaign = campaignFor(order, tier, program, m.now)?.multiplier ?? 100;
  const points = pointsOfOrder(order, tierMultiplier, campaign, program);
  order.earning = { version: m.version, tierMultiplier, campaignMultiplier: campaign, points, growthEntry: -1 };
  if (points > 0) openPendingLot(m, cx, order.id, points, activationOf(order, cx));
}

/** When an order's lot becomes active (SPEC §5, ruling 17). */
export function activationOf(order: Order, cx: FoldContext): number {
  const zone = cx.zone;
  const { autoFulfilDays, holdDays } = cx.programs.program(order.earning!.version).points.activation;
  const auto = zone.startOfDay(zone.dayOf(order.paidAt!) + autoFulfilDays);
  const fulfilled = Math.min(auto, order.fulfilledAt ?? Infinity);
  const active = holdDays === 0 ? fulfilled : zone.startOfDay(zone.dayOf(fulfilled) + holdDays);
  return Math.max(active, order.paidAt!);
}
