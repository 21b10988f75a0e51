import { type Errors, type FieldError, refuseUnder } from '../facts/field-error.js';
import { campaigns, checkCampaignTiers } from './campaigns-part.js';
import { also, choice, fields, text } from './document-checks.js';
import { carts, checkAudienceTiers, churn, lifecycle, reactivation, reviews } from './lifecycle-part.js';
import { checkOwnRate, currency, exchangeRates, timeZone } from './money-part.js';
import { points } from './points-part.js';
import type { Program } from './program.js';
import { growth, tierPeriod, tiers } from './tiers-part.js';

export type ParsedProgram = { ok: true; program: Program } | { ok: false; errors: FieldError[] };

const shape = fields({
  name: text,
  timeZone,
  currency,
  exchangeRates,
  enrolment: choice('automatic', 'explicit'),
  tiers,
  tierPeriod,
  growth,
  points,
  campaigns,
  reviews,
  carts,
  lifecycle,
  reactivation,
  churn,
});

/** Errors of a program document, with paths relative to it (`tiers[1].threshold`). */
export const checkProgram = also<Program>(shape, (program) => {
  const errors = refuseUnder(checkOwnRate(program), '', checkCampaignTiers(program));
  return refuseUnder(errors, '', checkAudienceTiers(program));
});

/**
 * Reads a whole program document (SPEC §4), whatever JSON value it is.
 *
 * Every field must be there but those that `Program` marks as optional, and no other: a misspelt field is refused.
 *
 * @returns the program, the very object that came in, or the errors found (at most 50), each with its JSON path such
 * as `$.tiers[1].threshold`. What one part says about another is looked at once each part by itself is right.
 */
export function parseProgram(input: unknown): ParsedProgram {
  const errors: Errors = refuseUnder(undefined, '$', checkProgram(input));
  return errors === undefined ? { ok: true, program: input as Program } : { ok: false, errors };
}
