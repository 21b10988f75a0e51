import { checkChoice, checkId, checkInstant, checkString, checkText, type JsonObject } from './field-checks.js';
import type { Errors } from './field-error.js';

/** Data of facts that staff make: tier grants (SPEC §6) and work on tasks (SPEC §7), Appendix A. */

const GRANT_MODES = ['floor', 'exact'] as const;

/** A tier that no program has is no error: such a grant has no effect (ruling 29). */
export function checkGrant(data: JsonObject): Errors {
  let errors = checkText(undefined, data.tier, 'tier');
  errors = checkChoice(errors, data.mode, 'mode', GRANT_MODES);
  if (data.until !== undefined) errors = checkInstant(errors, data.until, 'until');
  return checkText(checkText(errors, data.reason, 'reason'), data.by, 'by');
}

export function checkGrantEnd(data: JsonObject): Errors {
  return checkText(checkText(undefined, data.reason, 'reason'), data.by, 'by');
}

export function checkClaim(data: JsonObject): Errors {
  return checkText(checkId(undefined, data.taskId, 'taskId'), data.by, 'by');
}

export function checkContact(data: JsonObject): Errors {
  let errors = checkClaim(data);
  if (data.channel !== undefined) errors = checkString(errors, data.channel, 'channel');
  return data.offer === undefined ? errors : checkString(errors, data.offer, 'offer');
}

export function checkSnooze(data: JsonObject): Errors {
  return checkInstant(checkClaim(data), data.until, 'until');
}

export function checkDismissal(data: JsonObject): Errors {
  return checkText(checkClaim(data), data.reason, 'reason');
}

export function checkCompletion(data: JsonObject): Errors {
  return checkText(checkClaim(data), data.outcome, 'outcome');
}
