import { CONSENT_CHANNELS } from './fact.js';
import {
  checkBirthday,
  checkChoice,
  checkFlag,
  checkId,
  checkString,
  checkText,
  isJsonObject,
  isWholeNumber,
  type JsonObject,
} from './field-checks.js';
import { type Errors, refuse, refusePersonal, refuseUnder, refuseValue } from './field-error.js';

/** Data of facts about who a customer is and what they do besides ordering (SPEC §1, Appendix A). */

const CHURN_BANDS = ['healthy', 'watch', 'at-risk', 'lost'] as const;

export function checkRegistration(data: JsonObject): Errors {
  let errors: Errors;
  if (data.profile !== undefined) errors = checkProfile(errors, data.profile);
  if (data.channel !== undefined) errors = checkString(errors, data.channel, 'channel');
  return data.consents === undefined ? errors : checkConsents(errors, data.consents);
}

export function checkProfileUpdate(data: JsonObject): Errors {
  return checkProfile(undefined, data.profile);
}

/** Profiles are free, but for the birthday, which the engine reads. */
function checkProfile(errors: Errors, profile: unknown): Errors {
  if (!isJsonObject(profile)) return refusePersonal(errors, 'profile', profile, 'an object of profile fields');
  return profile.birthday === undefined ? errors : checkBirthday(errors, profile.birthday, 'profile.birthday');
}

function checkConsents(errors: Errors, consents: unknown): Errors {
  if (!isJsonObject(consents)) return refuseValue(errors, 'consents', consents, 'an object such as {"email": true}');
  let found: Errors;
  for (const channel of CONSENT_CHANNELS) {
    if (consents[channel] !== undefined) found = checkFlag(found, consents[channel], channel);
  }
  return refuseUnder(errors, 'consents', found);
}

export function checkConsent(data: JsonObject): Errors {
  return checkFlag(checkChoice(undefined, data.channel, 'channel', CONSENT_CHANNELS), data.granted, 'granted');
}

/** A customer is not their own alias (SPEC §11); cycles are for whoever knows the other links. */
export function checkLink(data: JsonObject, customerId: unknown): Errors {
  const errors = checkId(undefined, data.aliasId, 'aliasId');
  if (errors !== undefined || data.aliasId !== customerId) return errors;
  return refuse(errors, 'aliasId', 'must be another id than customerId: nobody is linked to themselves');
}

export function checkVisit(data: JsonObject): Errors {
  let errors: Errors;
  if (data.sessionId !== undefined) errors = checkId(errors, data.sessionId, 'sessionId');
  if (data.channel !== undefined) errors = checkString(errors, data.channel, 'channel');
  if (data.page !== undefined) errors = checkString(errors, data.page, 'page');
  if (data.sku !== undefined) errors = checkString(errors, data.sku, 'sku');
  if (data.referrer !== undefined) errors = checkString(errors, data.referrer, 'referrer');
  return data.campaign === undefined ? errors : checkString(errors, data.campaign, 'campaign');
}

export function checkReview(data: JsonObject): Errors {
  let errors = checkId(undefined, data.reviewId, 'reviewId');
  if (!isWholeNumber(data.rating, 1, 5))
    errors = refuseValue(errors, 'rating', data.rating, 'a whole number from 1 to 5');
  if (data.sku !== undefined) errors = checkText(errors, data.sku, 'sku');
  if (data.orderId !== undefined) errors = checkId(errors, data.orderId, 'orderId');
  if (data.hasMedia !== undefined) errors = checkFlag(errors, data.hasMedia, 'hasMedia');
  if (data.text === undefined || typeof data.text === 'string') return errors;
  return refusePersonal(errors, 'text', data.text, 'a text');
}

export function checkEngagement(data: JsonObject): Errors {
  const errors = checkText(undefined, data.kind, 'kind');
  return data.reference === undefined ? errors : checkText(errors, data.reference, 'reference');
}

export function checkChurnRisk(data: JsonObject): Errors {
  let errors = checkText(undefined, data.model, 'model');
  if (data.modelVersion !== undefined) errors = checkString(errors, data.modelVersion, 'modelVersion');
  if (!isAmount(data.probabilityAlive) || data.probabilityAlive > 1) {
    errors = refuseValue(errors, 'probabilityAlive', data.probabilityAlive, 'a number from 0 to 1');
  }
  if (data.expectedOrders !== undefined) errors = checkAmount(errors, data.expectedOrders, 'expectedOrders');
  if (data.horizonDays !== undefined) errors = checkAmount(errors, data.horizonDays, 'horizonDays');
  return data.band === undefined ? errors : checkChoice(errors, data.band, 'band', CHURN_BANDS);
}

export function checkErasure(data: JsonObject): Errors {
  return checkText(checkText(undefined, data.reason, 'reason'), data.by, 'by');
}

function isAmount(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= 0;
}

function checkAmount(errors: Errors, value: unknown, path: string): Errors {
  return isAmount(value) ? errors : refuseValue(errors, path, value, 'a number of 0 or more');
}
