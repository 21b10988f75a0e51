import type { FoldContext } from '../fold/context.js';
import type { MemberState, Order } from '../fold/state.js';
import { TimerKind, unschedule } from '../fold/timers.js';
import { safe } from '../orders/money.js';
import { watchExpiry } from './expiry.js';
import { announcePoints, takeAvailable } from './lots.js';

/**
 * Takes back points that a refunded order no longer gives (SPEC §5, ruling 23): from its own lot; then its own points
 * that have expired are passed over, each once; then from other lots in spending order; then as debt. Held points never.
 */
export function clawBack(m: MemberState, cx: FoldContext, order: Order, points: number): void {
  const mode = cx.programs.program(order.earning!.version).points.clawback;
  announcePoints(m, cx, 'points-clawed-back', order.id, points, () => {
    let left = points - takeFromOwnLot(m, cx, order.id, points, mode !== 'only-pending');
    let taken = points - left;
    if (mode !== 'only-pending') {
      left -= passOverExpired(m, order.id, left);
      for (const part of takeAvailable(m, cx, left)) {
        left -= part.points;
        taken += part.points;
      }
      if (mode === 'debt') {
        m.points.debt = safe(m.points.debt + left);
        taken += left;
      }
    }
    m.points.totals.clawedBack += taken;
  });
}

function takeFromOwnLot(m: MemberState, cx: FoldContext, id: string, points: number, active: boolean): number {
  const lot = m.points.lots.get(id)!;
  const pending = Math.min(points, lot.pending);
  lot.pending -= pending;
  m.points.pending -= pending;
  if (pending > 0 && lot.pending === 0) {
    unschedule(m.timers, lot.activatesAt!, TimerKind.ActivatePoints, id);
    lot.activatesAt = null;
  }
  if (!active) return pending;
  const free = Math.min(points - pending, lot.points);
  lot.points -= free;
  m.points.available -= free;
  watchExpiry(m, lot, cx);
  return pending + free;
}

function passOverExpired(m: MemberState, id: string, points: number): number {
  const lot = m.points.lots.get(id)!;
  const passed = Math.min(points, lot.expired);
  lot.expired -= passed;
  return passed;
}
