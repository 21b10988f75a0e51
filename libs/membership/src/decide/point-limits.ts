import type { PointsState } from '../fold/state.js';
import { refusal } from './decision.js';

/**
 * What ever came to a member or went stays far enough below the largest exact integer that the two sides of the
 * conservation identity can be added up (SPEC §0, §5). Two quadrillion points.
 */
const MOST_POINTS = 2 ** 51;

/** True when `points` more may come to the member, or go by way of debt. */
export function exactlyCounted({ totals, debt }: PointsState, points: number): boolean {
  const came = totals.earned + totals.adjustedUp + totals.restored;
  return Math.max(came, totals.adjustedDown, debt) + points <= MOST_POINTS;
}

export function beyondCount(field: string) {
  return refusal('too-many-points', `More than ${MOST_POINTS} points of one member are not counted`, field);
}
