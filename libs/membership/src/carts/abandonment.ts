import type { FactDataByType } from '../facts/fact.js';
import type { FoldContext } from '../fold/context.js';
import type { Cart, MemberState } from '../fold/state.js';
import { schedule, TimerKind, unschedule } from '../fold/timers.js';
import { noteDay } from '../lifecycle/activity-days.js';

const MINUTE_MS = 60_000;

function cartOf(m: MemberState, id: string): Cart {
  let cart = m.carts.get(id);
  if (!cart) m.carts.set(id, (cart = { id, updatedAt: null, timer: null, ordered: false }));
  return cart;
}

function watchCart(m: MemberState, cx: FoldContext, cart: Cart): void {
  if (cart.timer !== null) unschedule(m.timers, cart.timer, TimerKind.CartAbandoned, cart.id);
  cart.timer = null;
  if (cart.updatedAt === null) return;
  // A newer version with a shorter wait may find it past: then it is abandoned from that version on.
  cart.timer = Math.max(m.now, cart.updatedAt + cx.program(m).carts.abandonedAfterMinutes * MINUTE_MS);
  schedule(m.timers, cart.timer, TimerKind.CartAbandoned, cart.id);
}

/** CartUpdated: a non-empty update starts the wait anew, an empty one ends it (SPEC §7, ruling 37). */
export function updateCart(m: MemberState, cx: FoldContext, data: FactDataByType['CartUpdated']): void {
  const cart = cartOf(m, data.cartId);
  cart.updatedAt = data.lines.length > 0 && !cart.ordered ? m.now : null;
  if (data.lines.length > 0) noteDay(m.cartDays, cx.zone.dayOf(m.now));
  watchCart(m, cx, cart);
}

/** An order with this cart, paid or not, rules its abandonment out for good. */
export function orderCart(m: MemberState, cx: FoldContext, cartId: string): void {
  const cart = cartOf(m, cartId);
  cart.ordered = true;
  cart.updatedAt = null;
  watchCart(m, cx, cart);
}

/** A paid order ends the wait of every cart updated up to then. */
export function endCartsByPayment(m: MemberState, cx: FoldContext): void {
  for (const cart of m.carts.values()) {
    if (cart.updatedAt === null) continue;
    cart.updatedAt = null;
    watchCart(m, cx, cart);
  }
}

/** Timer: the cart is abandoned; an announcement, no task. */
export function abandonCart(m: MemberState, cx: FoldContext, id: string): void {
  const cart = m.carts.get(id)!;
  const updatedAt = cart.updatedAt;
  cart.timer = null;
  cart.updatedAt = null;
  m.abandonedCarts++;
  cx.announce(m, 'cart-abandoned', id, { updatedAt }, null);
}

/** A version takes effect that may wait for another time. */
export function rewatchCarts(m: MemberState, cx: FoldContext): void {
  for (const cart of m.carts.values()) if (cart.updatedAt !== null) watchCart(m, cx, cart);
}
