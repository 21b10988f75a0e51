import { INSTANT } from '../facts/field-checks.js';
import { type Errors, refuse, refuseUnder, refuseValue } from '../facts/field-error.js';
import { parseInstant } from '../facts/instant.js';
import { also, type Check, choiceOf, fields, knownTiers, listOf, text, uniqueIds } from './document-checks.js';
import { multiplier } from './limits.js';
import type { Campaign, Program } from './program.js';
import { id } from './tiers-part.js';

/** Campaigns of a program (SPEC §5, ruling 14). */

const instant: Check = (value) =>
  typeof value === 'string' && !Number.isNaN(parseInstant(value))
    ? undefined
    : refuseValue(undefined, '', value, INSTANT);

const campaign = also<Campaign>(
  fields(
    { id, from: instant, to: instant, multiplier },
    { tiers: choiceOf(id), channels: choiceOf(text), categories: choiceOf(text), skus: choiceOf(text) },
  ),
  ({ from, to }) =>
    parseInstant(from) < parseInstant(to) ? undefined : refuse(undefined, 'to', 'must be later than from'),
);

export const campaigns = also<Campaign[]>(listOf(campaign, 0, 1_000), uniqueIds);

export function checkCampaignTiers({ campaigns, tiers }: Program): Errors {
  let errors: Errors;
  campaigns.forEach((campaign, i) => {
    errors = refuseUnder(errors, `campaigns[${i}]`, knownTiers(campaign.tiers, tiers, 'tiers'));
  });
  return errors;
}
