import { CONSENT_CHANNELS } from '../facts/fact.js';
import { type Errors, refuse, refuseUnder, refuseValue } from '../facts/field-error.js';
import { also, type Check, choice, choiceOf, fields, knownTiers, listOf, text, uniqueIds } from './document-checks.js';
import { days, orders, someDays, someHours, someMinutes } from './limits.js';
import { type Program, type ReactivationStep, STAGES } from './program.js';
import { id } from './tiers-part.js';

/** Stages, reactivation, carts, reviews and churn bands of a program (SPEC §§7 and 9). */

export const lifecycle = also<Program['lifecycle']>(
  fields({
    activeDays: days,
    coolingDays: someDays,
    atRiskDays: someDays,
    dormantDays: someDays,
    loyalPurchases: orders,
    reactivatedDays: days,
  }),
  checkStages,
);

function checkStages(lifecycle: Program['lifecycle']): Errors {
  const ascending = ['activeDays', 'coolingDays', 'atRiskDays', 'dormantDays'] as const;
  let errors: Errors;
  for (let i = 1; i < ascending.length; i++) {
    const [before, name] = [ascending[i - 1], ascending[i]];
    if (lifecycle[name] > lifecycle[before]) continue;
    errors = refuse(errors, name, `must be above ${before} (${lifecycle[before]}): stages follow one another`);
  }
  return errors;
}

/** The holdout is drawn in hundredths of a percent. */
const percent: Check = (value) => {
  // What is no number must not be calculated with: an object may refuse to become one.
  const hundredths = typeof value === 'number' ? value * 100 : NaN;
  const sound = hundredths >= 0 && hundredths <= 10_000;
  return sound && Math.abs(hundredths - Math.round(hundredths)) < 1e-6
    ? undefined
    : refuseValue(undefined, '', value, 'a percentage from 0 to 100 with at most two decimals');
};

const audience = also<ReactivationStep['audience']>(
  fields({}, { tiers: choiceOf(id), stages: choiceOf(choice(...STAGES)), minOrders: orders, maxOrders: orders }),
  ({ minOrders = 0, maxOrders = Infinity }) =>
    minOrders <= maxOrders ? undefined : refuse(undefined, 'maxOrders', `must be at least minOrders (${minOrders})`),
);

/** Tasks are named `{orderId}/{step}`, and those of bad reviews `{reviewId}/service-recovery` (ruling 36). */
const stepId = also<string>(id, (name) => {
  if (name.includes('/'))
    return refuse(undefined, '', 'must not have a slash: it stands in the ids of tasks, after one');
  return name === 'service-recovery'
    ? refuse(undefined, '', 'is taken by tasks from bad reviews: choose another')
    : undefined;
});

const step = fields({
  id: stepId,
  afterDays: someDays,
  openDays: someDays,
  send: listOf(text),
  channels: listOf(choice(...CONSENT_CHANNELS), 1),
  audience,
});

export const reactivation = fields({
  holdout: fields({ percent, salt: text }),
  attributionDays: someDays,
  steps: also<ReactivationStep[]>(listOf(step, 0, 100), uniqueIds),
  consent: choice('required', 'assumed'),
});

export function checkAudienceTiers({ reactivation, tiers }: Program): Errors {
  let errors: Errors;
  reactivation.steps.forEach(({ audience }, i) => {
    errors = refuseUnder(errors, `reactivation.steps[${i}].audience`, knownTiers(audience.tiers, tiers, 'tiers'));
  });
  return errors;
}

export const carts = fields({ abandonedAfterMinutes: someMinutes });

const rating: Check = (value) =>
  [0, 1, 2, 3, 4, 5].includes(value as number)
    ? undefined
    : refuseValue(undefined, '', value, 'a rating from 1 to 5, or 0 for none');

export const reviews = fields({ badRatingAtMost: rating, respondWithinHours: someHours });

const probability: Check = (value) =>
  typeof value === 'number' && value > 0 && value < 1
    ? undefined
    : refuseValue(undefined, '', value, 'a number between 0 and 1');

type Bands = Program['churn']['bands'];

const bands = also<Bands>(
  fields({ healthy: probability, watch: probability, atRisk: probability }),
  ({ healthy, watch, atRisk }) => {
    const errors = watch < healthy ? undefined : refuse(undefined, 'watch', `must be below healthy (${healthy})`);
    return atRisk < watch ? errors : refuse(errors, 'atRisk', `must be below watch (${watch})`);
  },
);

export const churn = fields({ model: text, bands });
