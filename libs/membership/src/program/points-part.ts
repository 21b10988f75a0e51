import { type Errors, refuse } from '../facts/field-error.js';
import { also, choice, fields, isName, kinds, listOf, mapOf, text } from './document-checks.js';
import { bonus, dailyCap, days, multiplier, per, someDays, someMinutes, someMonths } from './limits.js';
import type { Expiry, Program } from './program.js';

/** How points are earned, live and end (SPEC §5). */

type LineMultiplier = Program['points']['lineMultipliers'][number];

const lineMultiplier = also<LineMultiplier>(
  fields({ multiplier }, { category: text, sku: text }),
  ({ category, sku }) =>
    (category === undefined) === (sku === undefined)
      ? refuse(undefined, '', 'must name a category or a sku: exactly one of them')
      : undefined,
);

const rolling = fields(
  { kind: choice('rolling') },
  { months: someMonths, days: someDays, roundTo: choice('day', 'month', 'quarter', 'year') },
);

const expiry = kinds({
  rolling: also<Expiry & { kind: 'rolling' }>(rolling, checkLife),
  inactivity: fields({ kind: choice('inactivity'), days: someDays }),
  never: fields({ kind: choice('never') }),
});

function checkLife({ months, days }: Expiry & { kind: 'rolling' }): Errors {
  if ((months === undefined) !== (days === undefined)) return undefined;
  return refuse(undefined, '', 'must give the life of points in months or in days: exactly one of them');
}

export const points = fields({
  earn: fields({ points: bonus, per }),
  lineMultipliers: listOf(lineMultiplier),
  review: fields({ points: bonus, pointsWithMedia: bonus }, { dailyCap }),
  engagement: mapOf(isName, 'a kind of engagement', fields({ points: bonus }, { dailyCap })),
  registration: bonus,
  birthday: bonus,
  activation: fields({ autoFulfilDays: days, holdDays: days }),
  expiry,
  reservationMinutes: someMinutes,
  restoreGraceDays: days,
  clawback: choice('debt', 'within-balance', 'only-pending'),
});
