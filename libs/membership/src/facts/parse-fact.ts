import * as customer from './customer-data.js';
import { CUSTOMER_FACT_TYPES, type CustomerFactType, type Fact } from './fact.js';
import { checkId, checkNesting, INSTANT, isJsonObject, type JsonObject } from './field-checks.js';
import { type Errors, type FieldError, refuse, refuseUnder, refuseValue } from './field-error.js';
import { parseInstant } from './instant.js';
import * as order from './order-data.js';
import { PERSONAL } from './personal-data.js';
import * as points from './points-data.js';
import * as staff from './staff-data.js';

/** How far a sender's clock may be ahead of the engine's, in milliseconds (SPEC §0). */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

export type ParsedFact = { ok: true; fact: Fact } | { ok: false; errors: FieldError[] };

type DataCheck = (data: JsonObject, customerId: unknown) => Errors;

const DATA_CHECKS: Record<CustomerFactType, DataCheck> = {
  CustomerRegistered: customer.checkRegistration,
  ProfileUpdated: customer.checkProfileUpdate,
  ConsentChanged: customer.checkConsent,
  IdentityLinked: customer.checkLink,
  VisitRecorded: customer.checkVisit,
  CartUpdated: order.checkCart,
  OrderPlaced: order.checkOrder,
  OrderPaid: order.checkOrderReference,
  OrderFulfilled: order.checkOrderReference,
  OrderCancelled: order.checkOrderReference,
  OrderRefunded: order.checkRefund,
  ReviewSubmitted: customer.checkReview,
  EngagementRecorded: customer.checkEngagement,
  ChurnRiskAssessed: customer.checkChurnRisk,
  PointsRedeemed: points.checkRedemption,
  PointsReserved: points.checkReservation,
  ReservationCommitted: points.checkReservationReference,
  ReservationReleased: points.checkReservationReference,
  RedemptionCancelled: points.checkRedemptionReference,
  PointsAdjusted: points.checkAdjustment,
  TierGranted: staff.checkGrant,
  TierGrantRevoked: staff.checkGrantEnd,
  TaskClaimed: staff.checkClaim,
  TaskContacted: staff.checkContact,
  TaskSnoozed: staff.checkSnooze,
  TaskDismissed: staff.checkDismissal,
  TaskCompleted: staff.checkCompletion,
  PersonalDataErased: customer.checkErasure,
};

const TYPES: ReadonlyMap<unknown, { type: CustomerFactType; check: DataCheck }> = new Map(
  CUSTOMER_FACT_TYPES.map((type) => [type, { type, check: DATA_CHECKS[type] }]),
);

/**
 * Reads one fact about a customer as sent (SPEC Appendix A, rulings 11 and 12), whatever JSON value it is.
 *
 * Fields of `data` that Appendix A does not name stay as they are; those of the envelope (such as an export's
 * `recordedAt`) are left behind. What needs the program or other facts is not looked at here: rates of currencies,
 * discounts larger than what they are taken from (ruling 9), keys and links that are taken.
 *
 * @param options.now the engine's clock, UTC milliseconds.
 * @returns the fact, whose `data` is the very object that came in, or all errors found (at most 50).
 */
export function parseFact(input: unknown, options: { now: number }): ParsedFact {
  if (!isJsonObject(input)) return refused(refuseValue(undefined, '', input, 'a JSON object with a fact'));
  const { id, customerId, source = '', data } = input;
  const known = TYPES.get(input.type);
  const occurredAt = typeof input.occurredAt === 'string' ? parseInstant(input.occurredAt) : NaN;

  let errors = checkId(undefined, id, 'id');
  if (known === undefined) errors = refuseType(errors, input.type);
  errors = checkId(errors, customerId, 'customerId');
  if (Number.isNaN(occurredAt)) errors = refuseValue(errors, 'occurredAt', input.occurredAt, INSTANT);
  else if (occurredAt > options.now + CLOCK_TOLERANCE_MS) errors = refuse(errors, 'occurredAt', AHEAD);
  if (typeof source !== 'string') errors = refuseValue(errors, 'source', source, 'a text, or left out');
  if (!isJsonObject(data)) errors = refuseValue(errors, 'data', data, 'an object');
  else if (known !== undefined) errors = checkNesting(checkData(errors, known.check, data, customerId), data, 'data');

  if (errors !== undefined) return refused(errors);
  return { ok: true, fact: { id, type: known!.type, customerId, occurredAt, source, data } as Fact };
}

const AHEAD =
  'lies more than 5 minutes ahead of the clock here: send facts when they have happened, and check the clock';

const RESERVED = 'is a name that the log keeps for itself: leave it out, or call it something else';

function checkData(errors: Errors, check: DataCheck, data: JsonObject, customerId: unknown): Errors {
  const found = check(data, customerId);
  if (data[PERSONAL] !== undefined) errors = refuse(errors, `data.${PERSONAL}`, RESERVED);
  return found === undefined ? errors : refuseUnder(errors, 'data', found);
}

function refuseType(errors: Errors, type: unknown): Errors {
  if (type === 'ProgramPublished')
    return refuse(errors, 'type', 'is no fact about a customer: publish it as a program');
  if (type === 'ClockTicked') return refuse(errors, 'type', 'is recorded by the engine itself: leave it out');
  return refuseValue(errors, 'type', type, `one of ${CUSTOMER_FACT_TYPES.join(', ')}`);
}

function refused(errors: Errors): ParsedFact {
  return { ok: false, errors: errors ?? [] };
}
