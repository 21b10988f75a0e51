import { checkId, checkInstant, checkPoints, checkString, checkText, type JsonObject } from './field-checks.js';
import { type Errors, refuseValue } from './field-error.js';

/** Data of facts about points (SPEC §5, Appendix A). */

export function checkRedemption(data: JsonObject): Errors {
  let errors = checkId(undefined, data.redemptionId, 'redemptionId');
  errors = checkPoints(errors, data.points, 'points');
  if (data.purpose !== undefined) errors = checkString(errors, data.purpose, 'purpose');
  return data.orderId === undefined ? errors : checkId(errors, data.orderId, 'orderId');
}

export function checkRedemptionReference(data: JsonObject): Errors {
  return checkId(undefined, data.redemptionId, 'redemptionId');
}

export function checkReservation(data: JsonObject): Errors {
  let errors = checkId(undefined, data.reservationId, 'reservationId');
  errors = checkPoints(errors, data.points, 'points');
  return data.expiresAt === undefined ? errors : checkInstant(errors, data.expiresAt, 'expiresAt');
}

/** `ReservationCommitted`, `ReservationReleased`. */
export function checkReservationReference(data: JsonObject): Errors {
  return checkId(undefined, data.reservationId, 'reservationId');
}

export function checkAdjustment(data: JsonObject): Errors {
  let errors = checkId(undefined, data.adjustmentId, 'adjustmentId');
  if (!Number.isSafeInteger(data.points)) {
    errors = refuseValue(errors, 'points', data.points, 'a whole number of points, negative to take away');
  }
  return checkText(checkText(errors, data.reason, 'reason'), data.by, 'by');
}
