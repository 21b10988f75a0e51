import type { PointsTotals, Stage, Zone } from '@perennial/membership';
import type { StepCounts } from '../reactivation/step-counts.js';
import type { CustomerSnapshot, PurchaseSnapshot } from './customer-snapshot.js';

type Points = [available: number, pending: number, reserved: number, debt: number];
type Totals = [
  earned: number,
  adjustedUp: number,
  adjustedDown: number,
  redeemed: number,
  restored: number,
  expired: number,
  clawedBack: number,
];
type PackedStep = [
  step: string,
  due: number,
  heldOut: number,
  suppressed: number,
  contacted: number,
  converted: number,
  treatedConversions: number,
  heldOutConversions: number,
];
type Packed = [
  enrolled: 0 | 1,
  tier: string | null,
  stage: Stage,
  points: Points,
  totals: Totals,
  purchases: number[],
  visitDays: readonly number[],
  cartDays: readonly number[],
  steps: PackedStep[],
  abandonedCarts: number,
];

/**
 * A snapshot as text, a tenth of the member's state in size: everything but the customer's id and what the zone tells.
 * Equal snapshots give equal text.
 */
export function encodeSnapshot(customer: CustomerSnapshot): string {
  const { enrolled, tier, stage, points, purchases, visitDays, cartDays, steps, abandonedCarts } = customer;
  const { available, pending, reserved, debt, totals } = points;
  const packed: Packed = [
    enrolled ? 1 : 0,
    tier,
    stage,
    [available, pending, reserved, debt],
    packTotals(totals),
    purchases.flatMap(({ paidAt, value }) => [paidAt, value]),
    visitDays,
    cartDays,
    steps.map(packStep),
    abandonedCarts,
  ];
  return JSON.stringify(packed);
}

/** The inverse of `encodeSnapshot`. @param zone of the program: it tells the days of instants. */
export function decodeSnapshot(customerId: string, text: string, zone: Zone): CustomerSnapshot {
  const [enrolled, tier, stage, points, totals, purchases, visitDays, cartDays, steps, abandonedCarts] = JSON.parse(
    text,
  ) as Packed;
  const [available, pending, reserved, debt] = points;
  return {
    customerId,
    enrolled: enrolled === 1,
    tier,
    stage,
    points: { available, pending, reserved, debt, totals: unpackTotals(totals) },
    purchases: unpackPurchases(purchases, zone),
    visitDays,
    cartDays,
    steps: steps.map(unpackStep),
    abandonedCarts,
  };
}

function packTotals(totals: PointsTotals): Totals {
  const { earned, adjustedUp, adjustedDown, redeemed, restored, expired, clawedBack } = totals;
  return [earned, adjustedUp, adjustedDown, redeemed, restored, expired, clawedBack];
}

function unpackTotals(totals: Totals): PointsTotals {
  const [earned, adjustedUp, adjustedDown, redeemed, restored, expired, clawedBack] = totals;
  return { earned, adjustedUp, adjustedDown, redeemed, restored, expired, clawedBack };
}

function unpackPurchases(packed: readonly number[], zone: Zone): PurchaseSnapshot[] {
  const purchases: PurchaseSnapshot[] = [];
  for (let i = 0; i < packed.length; i += 2) {
    purchases.push({ paidAt: packed[i], day: zone.dayOf(packed[i]), value: packed[i + 1] });
  }
  return purchases;
}

function packStep(counts: StepCounts): PackedStep {
  const { step, due, heldOut, suppressed, contacted, converted, treatedConversions, heldOutConversions } = counts;
  return [step, due, heldOut, suppressed, contacted, converted, treatedConversions, heldOutConversions];
}

function unpackStep(packed: PackedStep): StepCounts {
  const [step, due, heldOut, suppressed, contacted, converted, treatedConversions, heldOutConversions] = packed;
  return { step, due, heldOut, suppressed, contacted, converted, treatedConversions, heldOutConversions };
}
