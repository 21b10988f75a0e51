import type { FactDataByType } from '../facts/fact.js';
import type { FoldContext } from '../fold/context.js';
import type { MemberState } from '../fold/state.js';
import { safe } from '../orders/money.js';
import { announcePoints, openActiveLot, takeAvailable } from './lots.js';

/** PointsAdjusted: up opens a lot, down takes in spending order and makes the rest debt, 0 does nothing (ruling 23). */
export function adjust(m: MemberState, cx: FoldContext, data: FactDataByType['PointsAdjusted']): void {
  const { points, adjustmentId } = data;
  if (points === 0) return;
  announcePoints(m, cx, 'points-adjusted', adjustmentId, points, () => {
    const { totals } = m.points;
    if (points > 0) {
      totals.adjustedUp = safe(totals.adjustedUp + points);
      openActiveLot(m, cx, `adjustment/${adjustmentId}`, points);
      return;
    }
    totals.adjustedDown = safe(totals.adjustedDown - points);
    let left = -points;
    for (const part of takeAvailable(m, cx, left)) left -= part.points;
    m.points.debt = safe(m.points.debt + left);
  });
}
