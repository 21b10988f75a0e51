import { checkNesting, isId, isJsonObject } from '../facts/field-checks.js';
import { type Errors, refuse, refuseValue } from '../facts/field-error.js';
import { also, type Check, choice, fields, isName, kinds, listOf, mapOf, uniqueIds } from './document-checks.js';
import { bonus, dailyCap, days, multiplier, per, someDays, threshold } from './limits.js';
import type { Tier } from './program.js';

/** Tiers, tier periods and growth value of a program (SPEC §6). */

export const id: Check = (value) =>
  isId(value) && isName(value)
    ? undefined
    : refuseValue(undefined, '', value, 'an id of 1 to 128 printable characters without spaces');

/** What a tier gives besides points is the shop's to say. */
const benefits: Check = (value) =>
  isJsonObject(value) ? checkNesting(undefined, value, '') : refuseValue(undefined, '', value, 'an object');

const tier = fields({ id, threshold, pointsMultiplier: multiplier }, { benefits });

export const tiers = also<Tier[]>(listOf(tier, 1, 100), (list) => uniqueIds(list) ?? checkThresholds(list));

function checkThresholds(list: readonly Tier[]): Errors {
  let errors: Errors;
  if (list[0].threshold !== 0)
    errors = refuse(errors, '[0].threshold', 'must be 0: the first tier is the one that everybody has');
  for (let i = 1; i < list.length; i++) {
    const below = list[i - 1].threshold;
    if (list[i].threshold > below) continue;
    errors = refuse(
      errors,
      `[${i}].threshold`,
      `must be above ${below}, that of the tier before: list tiers from the lowest up`,
    );
  }
  return errors;
}

export const tierPeriod = fields({ validityDays: someDays, downgrade: choice('single', 'full'), graceDays: days });

export const growth = fields({
  window: kinds({
    rolling: fields({ kind: choice('rolling'), days: someDays }),
    'calendar-year': fields({ kind: choice('calendar-year') }),
  }),
  perAmount: fields({ value: bonus, per }),
  perPurchase: bonus,
  review: fields({ value: bonus }, { dailyCap }),
  engagement: mapOf(isName, 'a kind of engagement', fields({ value: bonus }, { dailyCap })),
});
