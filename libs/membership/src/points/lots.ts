import type { ChangeType } from '../fold/changes.js';
import type { FoldContext } from '../fold/context.js';
import { compareIds } from '../facts/fact.js';
import type { Lot, MemberState, Part, PointsState } from '../fold/state.js';
import { schedule, TimerKind } from '../fold/timers.js';
import { safe } from '../orders/money.js';
import { expiryOf, fixedExpiry, lotExpiry, watchExpiry } from './expiry.js';

/** The four balances and the totals, as a change shows them. */
export function balance(p: PointsState) {
  const { available, pending, reserved, debt } = p;
  return { available, pending, reserved, debt, totals: { ...p.totals } };
}

/** Runs `change` and announces it with the balance before and after. */
export function announcePoints(
  m: MemberState,
  cx: FoldContext,
  type: ChangeType,
  subject: string,
  points: number,
  change: () => void,
): void {
  if (!cx.sink) return change();
  const before = balance(m.points);
  change();
  cx.announce(m, type, subject, before, balance(m.points), { points });
}

function newLot(id: string, version: number): Lot {
  return {
    id,
    version,
    pending: 0,
    activatesAt: null,
    activatedAt: null,
    points: 0,
    held: 0,
    expiresAt: null,
    timer: null,
    expired: 0,
  };
}

/** A lot whose points become active later, at `activatesAt` (SPEC §5). */
export function openPendingLot(m: MemberState, cx: FoldContext, id: string, points: number, activatesAt: number): void {
  announcePoints(m, cx, 'points-pending', id, points, () => {
    const lot = newLot(id, m.version);
    lot.pending = points;
    lot.activatesAt = activatesAt;
    m.points.lots.set(id, lot);
    m.points.pending = safe(m.points.pending + points);
    m.points.totals.earned = safe(m.points.totals.earned + points);
    schedule(m.timers, activatesAt, TimerKind.ActivatePoints, id);
  });
}

/** A lot that is active at once; debt is paid first (ruling 21). The caller counts it in the totals. */
export function openActiveLot(m: MemberState, cx: FoldContext, id: string, points: number): void {
  const lot = newLot(id, m.version);
  m.points.lots.set(id, lot);
  activate(m, cx, lot, points);
}

/** Points given at once for something other than an order: a review, an engagement, a bonus. */
export function earnAtOnce(m: MemberState, cx: FoldContext, id: string, points: number): void {
  announcePoints(m, cx, 'points-activated', id, points, () => {
    m.points.totals.earned = safe(m.points.totals.earned + points);
    openActiveLot(m, cx, id, points);
  });
}

function activate(m: MemberState, cx: FoldContext, lot: Lot, points: number): void {
  lot.activatedAt = m.now;
  lot.activatesAt = null;
  lot.expiresAt = fixedExpiry(expiryOf(lot, cx), m.now, cx.zone);
  makeAvailable(m, cx, lot, points);
}

/** Points become available in a lot: debt is paid first, so that available and debt are never both above 0 (ruling 21). */
export function makeAvailable(m: MemberState, cx: FoldContext, lot: Lot, points: number): void {
  const toDebt = Math.min(points, m.points.debt);
  m.points.debt -= toDebt;
  lot.points += points - toDebt;
  m.points.available = safe(m.points.available + points - toDebt);
  watchExpiry(m, lot, cx);
}

/** Timer: a pending lot becomes active. */
export function activatePendingLot(m: MemberState, cx: FoldContext, id: string): void {
  const lot = m.points.lots.get(id)!;
  const points = lot.pending;
  announcePoints(m, cx, 'points-activated', id, points, () => {
    lot.pending = 0;
    m.points.pending -= points;
    activate(m, cx, lot, points);
  });
}

/** Timer: what is free in a lot expires; held points stay (SPEC §5). */
export function expireLot(m: MemberState, cx: FoldContext, id: string): void {
  const lot = m.points.lots.get(id)!;
  lot.timer = null;
  const points = lot.points;
  announcePoints(m, cx, 'points-expired', id, points, () => {
    lot.points = 0;
    lot.expired += points;
    m.points.available -= points;
    m.points.totals.expired += points;
  });
}

/** Order of spending: soonest expiry (never = last), then activation, then id (SPEC §5). */
export function inSpendingOrder(m: MemberState, cx: FoldContext, lots: Lot[]): Lot[] {
  const keyed = lots.map((lot) => ({ lot, expiry: lotExpiry(m, lot, cx) }));
  // Not by subtraction: two that never expire would give NaN.
  keyed.sort((a, b) => {
    if (a.expiry !== b.expiry) return a.expiry < b.expiry ? -1 : 1;
    return a.lot.activatedAt! - b.lot.activatedAt! || compareIds(a.lot.id, b.lot.id);
  });
  return keyed.map(({ lot }) => lot);
}

/** Takes up to `points` from active lots in spending order. @returns what was taken from which lot. */
export function takeAvailable(m: MemberState, cx: FoldContext, points: number): Part[] {
  let left = Math.min(points, m.points.available);
  if (left === 0) return [];
  const parts: Part[] = [];
  const active = [...m.points.lots.values()].filter((lot) => lot.points > 0);
  for (const lot of inSpendingOrder(m, cx, active)) {
    const take = Math.min(left, lot.points);
    lot.points -= take;
    m.points.available -= take;
    watchExpiry(m, lot, cx);
    parts.push({ lot: lot.id, points: take });
    left -= take;
    if (left === 0) break;
  }
  return parts;
}
