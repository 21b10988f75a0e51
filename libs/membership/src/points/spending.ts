import type { FactDataByType } from '../facts/fact.js';
import type { FoldContext } from '../fold/context.js';
import type { Lot, MemberState, Part, Redemption, Reservation } from '../fold/state.js';
import { schedule, TimerKind, unschedule } from '../fold/timers.js';
import { safe } from '../orders/money.js';
import { lotExpiry, recordActivity, watchExpiry } from './expiry.js';
import { announcePoints, inSpendingOrder, makeAvailable, openActiveLot, takeAvailable } from './lots.js';

const MINUTE_MS = 60_000;

/** PointsRedeemed: takes what is available, the rest becomes debt (Appendix A; the command refuses instead). */
export function redeem(m: MemberState, cx: FoldContext, data: FactDataByType['PointsRedeemed']): void {
  // One id, one redemption: also against the commit of a reservation of that id (ruling 20).
  if (m.points.redemptions.has(data.redemptionId)) return;
  recordRedemption(m, cx, data.redemptionId, data.points, []);
}

function recordRedemption(m: MemberState, cx: FoldContext, id: string, points: number, held: Part[]): void {
  announcePoints(m, cx, 'points-redeemed', id, points, () => {
    const fromHold = held.reduce((sum, part) => sum + part.points, 0);
    const taken = takeAvailable(m, cx, points - fromHold);
    const debt = points - fromHold - taken.reduce((sum, part) => sum + part.points, 0);
    m.points.debt = safe(m.points.debt + debt);
    m.points.totals.redeemed = safe(m.points.totals.redeemed + points);
    m.points.redemptions.set(id, { id, points, parts: merge([...held, ...taken]), debt, cancelled: false });
    recordActivity(m, cx);
  });
}

function merge(parts: Part[]): Part[] {
  const byLot = new Map<string, Part>();
  for (const { lot, points } of parts) {
    const part = byLot.get(lot);
    if (part) part.points += points;
    else byLot.set(lot, { lot, points });
  }
  return [...byLot.values()];
}

/** PointsReserved: holds the points of particular lots, as far as there are any (SPEC §5, ruling 20). */
export function reserve(m: MemberState, cx: FoldContext, data: FactDataByType['PointsReserved']): void {
  if (m.points.reservations.has(data.reservationId)) return;
  const id = data.reservationId;
  const expiresAt =
    data.expiresAt === undefined
      ? m.now + cx.program(m).points.reservationMinutes * MINUTE_MS
      : Math.max(m.now, Date.parse(data.expiresAt));
  announcePoints(m, cx, 'points-reserved', id, data.points, () => {
    const parts = takeAvailable(m, cx, data.points);
    for (const part of parts) {
      m.points.lots.get(part.lot)!.held += part.points;
      m.points.reserved += part.points;
    }
    m.points.reservations.set(id, { id, points: data.points, parts, expiresAt, state: 'held' });
    schedule(m.timers, expiresAt, TimerKind.ExpireReservation, id);
  });
}

/** ReservationCommitted: a redemption of the full points whose id is the reservation's (ruling 20). */
export function commitReservation(m: MemberState, cx: FoldContext, id: string): void {
  const reservation = m.points.reservations.get(id);
  if (reservation?.state !== 'held' || m.points.redemptions.has(id)) return;
  endHold(m, reservation, 'committed');
  recordRedemption(m, cx, id, reservation.points, reservation.parts);
}

/** ReservationReleased: the held points go back to their lots. */
export function releaseReservation(m: MemberState, cx: FoldContext, id: string): void {
  const reservation = m.points.reservations.get(id);
  if (reservation?.state !== 'held') return;
  unholdParts(m, cx, reservation, 'released');
}

/** Timer: a reservation's time runs out. */
export function expireReservation(m: MemberState, cx: FoldContext, id: string): void {
  const reservation = m.points.reservations.get(id)!;
  unholdParts(m, cx, reservation, 'expired');
}

function unholdParts(m: MemberState, cx: FoldContext, reservation: Reservation, state: 'released' | 'expired'): void {
  const points = reservation.parts.reduce((sum, part) => sum + part.points, 0);
  announcePoints(m, cx, 'points-released', reservation.id, points, () => {
    if (state === 'released') endHold(m, reservation, state);
    else loosen(m, reservation, state);
    giveBack(m, cx, reservation.parts, 0);
  });
}

/** Ends a hold before its timer does. */
function endHold(m: MemberState, reservation: Reservation, state: 'committed' | 'released'): void {
  unschedule(m.timers, reservation.expiresAt, TimerKind.ExpireReservation, reservation.id);
  loosen(m, reservation, state);
}

function loosen(m: MemberState, reservation: Reservation, state: Reservation['state']): void {
  reservation.state = state;
  for (const part of reservation.parts) {
    m.points.lots.get(part.lot)!.held -= part.points;
    m.points.reserved -= part.points;
  }
}

/** RedemptionCancelled: the points go back where they came from (SPEC §5, ruling 22). */
export function cancelRedemption(m: MemberState, cx: FoldContext, id: string): void {
  const redemption = m.points.redemptions.get(id);
  if (!redemption || redemption.cancelled) return;
  announcePoints(m, cx, 'points-restored', id, redemption.points, () => {
    redemption.cancelled = true;
    m.points.totals.restored = safe(m.points.totals.restored + redemption.points);
    restoreDebtPart(m, cx, redemption);
    giveBack(m, cx, redemption.parts, cx.program(m).points.restoreGraceDays);
  });
}

/** The part that had become debt lowers the debt; what is left of it becomes a lot of its own. */
function restoreDebtPart(m: MemberState, cx: FoldContext, redemption: Redemption): void {
  const lowered = Math.min(redemption.debt, m.points.debt);
  m.points.debt -= lowered;
  const left = redemption.debt - lowered;
  if (left > 0) openActiveLot(m, cx, `restored/${redemption.id}`, left);
}

/** Returns parts to their lots in spending order; where a lot's life is over they get the grace or expire at once. */
function giveBack(m: MemberState, cx: FoldContext, parts: readonly Part[], graceDays: number): void {
  const points = new Map(parts.map((part) => [part.lot, part.points]));
  const over: Lot[] = [];
  const alive: Lot[] = [];
  for (const lot of parts.map((part) => m.points.lots.get(part.lot)!)) {
    if (lotExpiry(m, lot, cx) > m.now) alive.push(lot);
    else if (graceDays === 0) over.push(lot);
    else {
      lot.expiresAt = cx.zone.startOfDay(cx.zone.dayOf(m.now) + graceDays + 1);
      alive.push(lot);
    }
  }
  for (const lot of over) {
    const gone = points.get(lot.id)!;
    lot.expired += gone;
    m.points.totals.expired += gone;
  }
  for (const lot of inSpendingOrder(m, cx, alive)) makeAvailable(m, cx, lot, points.get(lot.id)!);
  for (const lot of alive) watchExpiry(m, lot, cx);
}
