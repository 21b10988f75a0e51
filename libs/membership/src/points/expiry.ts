import type { FoldContext } from '../fold/context.js';
import type { Lot, MemberState } from '../fold/state.js';
import { schedule, TimerKind, unschedule } from '../fold/timers.js';
import type { Expiry } from '../program/program.js';
import { addMonths, endOfPeriod, type Zone } from '../time/zone.js';

/** End of the life of a lot that becomes active at `at` under a fixed expiry; null = it has none of its own (SPEC §5). */
export function fixedExpiry(expiry: Expiry, at: number, zone: Zone): number | null {
  if (expiry.kind !== 'rolling') return null;
  const start = zone.dayOf(at);
  const last = (expiry.months === undefined ? start : addMonths(start, expiry.months)) + (expiry.days ?? 0);
  return zone.startOfDay(endOfPeriod(last, expiry.roundTo ?? 'day') + 1);
}

/** The expiry that a lot lives by: that of the version it was earned under (ruling 15). */
export function expiryOf(lot: Lot, cx: FoldContext): Expiry {
  return cx.programs.program(lot.version).points.expiry;
}

/**
 * When the lot's points expire, as of now: Infinity = never. Under `inactivity` it is counted anew whenever it is asked
 * for (ruling 19); a grace that was given holds where it is later (ruling 22).
 */
export function lotExpiry(m: MemberState, lot: Lot, cx: FoldContext): number {
  const { zone } = cx;
  const expiry = expiryOf(lot, cx);
  if (expiry.kind === 'inactivity') {
    const base = Math.max(lot.activatedAt!, m.points.lastActivity);
    return Math.max(zone.startOfDay(zone.dayOf(base) + expiry.days + 1), lot.expiresAt ?? -Infinity);
  }
  return lot.expiresAt ?? Infinity;
}

/** Sets the lot's timer to its expiry while it has free points, and takes it off when it has none. */
export function watchExpiry(m: MemberState, lot: Lot, cx: FoldContext): void {
  const due = lot.points > 0 ? lotExpiry(m, lot, cx) : Infinity;
  const wanted = due === Infinity ? null : due;
  if (lot.timer === wanted) return;
  if (lot.timer !== null) unschedule(m.timers, lot.timer, TimerKind.ExpirePoints, lot.id);
  if (wanted !== null) schedule(m.timers, wanted, TimerKind.ExpirePoints, lot.id);
  lot.timer = wanted;
}

/** A purchase or redemption moves the end of every lot that lives by activity. */
export function recordActivity(m: MemberState, cx: FoldContext): void {
  m.points.lastActivity = m.now;
  for (const lot of m.points.lots.values()) {
    if (lot.points > 0 && expiryOf(lot, cx).kind === 'inactivity') watchExpiry(m, lot, cx);
  }
}
