import { compareIds, type FactOf } from '../facts/fact.js';
import { endCartsByPayment, orderCart } from '../carts/abandonment.js';
import type { FoldContext } from '../fold/context.js';
import type { MemberState, Order } from '../fold/state.js';
import { schedule, TimerKind, unschedule } from '../fold/timers.js';
import { recountGaps, updateStage } from '../lifecycle/stage.js';
import { clawBack } from '../points/clawback.js';
import { activationOf, earnPoints, pointsOfOrder } from '../points/earning.js';
import { recordActivity } from '../points/expiry.js';
import { planSteps } from '../reactivation/plan.js';
import { cancelTasksOfRefunded, endTasksByPurchase } from '../reactivation/tasks.js';
import { changeGrowth, growthNow, growthOfOrder } from '../tiers/growth.js';
import { addGrowth, demoteAfterRefund } from '../tiers/tiers.js';
import { requireCountable } from './purchase-value.js';
import { refund, refundAll } from './refunds.js';
import { rateFor, valueOrder } from './valuation.js';

/** OrderPlaced. An order that cannot be valued was refused when it came and is no fact; here it has no effect. */
export function placeOrder(m: MemberState, cx: FoldContext, { data }: FactOf<'OrderPlaced'>): void {
  if (m.orders.has(data.orderId)) return;
  const valuation = valueOrder(data, cx.program(m));
  if ('message' in valuation) return;
  const order: Order = {
    id: data.orderId,
    placedAt: m.now,
    placedVersion: m.version,
    currency: data.currency ?? null,
    channel: data.channel ?? null,
    lines: valuation.lines,
    value: valuation.value,
    remaining: valuation.value,
    cancelled: false,
    paidAt: null,
    fulfilledAt: null,
    purchase: false,
    earning: null,
  };
  m.orders.set(order.id, order);
  if (data.cartId !== undefined) orderCart(m, cx, data.cartId);
  if (data.payment === 'paid') pay(m, cx, order);
}

/** OrderPaid: the first one counts (ruling 5). */
export function payOrder(m: MemberState, cx: FoldContext, orderId: string): void {
  const order = m.orders.get(orderId);
  if (order && order.paidAt === null) pay(m, cx, order);
}

function isPurchase(order: Order): boolean {
  return order.paidAt !== null && (order.remaining > 0 || (order.value === 0 && !order.cancelled));
}

/** The order is paid: it earns, and where something of it remains it is a purchase (SPEC §2). */
function pay(m: MemberState, cx: FoldContext, order: Order): void {
  order.paidAt = m.now;
  order.purchase = isPurchase(order);
  endCartsByPayment(m, cx);
  if (m.enrolledAt !== null) {
    earnPoints(m, cx, order);
    const value = growthOfOrder(order.remaining, order.purchase, cx.program(m));
    order.earning!.growthEntry = addGrowth(m, cx, value);
  }
  if (order.purchase) enterPurchase(m, cx, order);
}

function enterPurchase(m: MemberState, cx: FoldContext, order: Order): void {
  // Ties in paidAt: the greater id is later (ruling 13).
  let place = m.purchases.length;
  while (place > 0) {
    const other = m.orders.get(m.purchases[place - 1])!;
    if (other.paidAt! < m.now || compareIds(other.id, order.id) < 0) break;
    place--;
  }
  const last = m.purchases.at(-1);
  m.purchases.splice(place, 0, order.id);
  requireCountable(m, order);
  recordActivity(m, cx);
  cx.announce(m, 'purchase-changed', order.id, null, purchaseView(order));
  endTasksByPurchase(m, cx, order);
  afterPurchasesChanged(m, cx, last);
}

/** @param last the last purchase before: while it is the same, its steps stay as they are planned (ruling 10). */
function afterPurchasesChanged(m: MemberState, cx: FoldContext, last: string | undefined): void {
  recountGaps(m, cx);
  updateStage(m, cx);
  if (m.purchases.at(-1) !== last) planSteps(m, cx, m.now);
}

/** What a change of a purchase shows: null = the order is none. Money in minor units, paidAt in UTC ms. */
export function purchaseView(order: Order): { value: number; paidAt: number } | null {
  return order.purchase ? { value: order.remaining, paidAt: order.paidAt! } : null;
}

/** OrderFulfilled: the first one counts; it may bring the activation of the order's points forward (SPEC §5, ruling 17). */
export function fulfilOrder(m: MemberState, cx: FoldContext, orderId: string): void {
  const order = m.orders.get(orderId);
  if (!order || order.fulfilledAt !== null) return;
  order.fulfilledAt = m.now;
  const lot = order.earning && m.points.lots.get(orderId);
  if (!lot || lot.pending === 0) return;
  const due = Math.max(m.now, activationOf(order, cx));
  if (due === lot.activatesAt) return;
  unschedule(m.timers, lot.activatesAt!, TimerKind.ActivatePoints, orderId);
  lot.activatesAt = due;
  schedule(m.timers, due, TimerKind.ActivatePoints, orderId);
}

/** OrderRefunded, each refundId once. */
export function refundOrder(m: MemberState, cx: FoldContext, { data }: FactOf<'OrderRefunded'>): void {
  const order = m.orders.get(data.orderId);
  if (!order) return;
  const rate = rateFor(order.currency ?? undefined, cx.programs.program(order.placedVersion))!;
  takeBack(m, cx, order, refund(order.lines, data, rate));
}

/** OrderCancelled: a refund of all that remains (SPEC §2). */
export function cancelOrder(m: MemberState, cx: FoldContext, orderId: string): void {
  const order = m.orders.get(orderId);
  if (!order) return;
  order.cancelled = true;
  takeBack(m, cx, order, refundAll(order.lines));
}

/** What a refund changes: points and growth are computed again on what remains; the purchase may end. */
function takeBack(m: MemberState, cx: FoldContext, order: Order, taken: number): void {
  const before = purchaseView(order);
  order.remaining -= taken;
  if (order.paidAt === null) return;
  const ended = order.purchase && !isPurchase(order);
  if (ended) order.purchase = false;
  if (taken === 0 && !ended) return;
  if (order.earning) recomputeEarning(m, cx, order);
  // Nothing to tell of a paid order that was none: all of it was refunded before it was paid.
  if (before !== null) cx.announce(m, 'purchase-changed', order.id, before, purchaseView(order));
  if (!ended) return;
  const last = m.purchases.at(-1);
  m.purchases.splice(m.purchases.indexOf(order.id), 1);
  cancelTasksOfRefunded(m, cx, order.id);
  afterPurchasesChanged(m, cx, last);
}

function recomputeEarning(m: MemberState, cx: FoldContext, order: Order): void {
  const earning = order.earning!;
  const program = cx.programs.program(earning.version);
  const points = pointsOfOrder(order, earning.tierMultiplier, earning.campaignMultiplier, program);
  const growthBefore = growthNow(m, cx);
  if (points < earning.points) clawBack(m, cx, order, earning.points - points);
  earning.points = points;
  changeGrowth(m, earning.growthEntry, growthOfOrder(order.remaining, order.purchase, program));
  demoteAfterRefund(m, cx, growthBefore);
}
