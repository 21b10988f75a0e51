import type { Change } from '../fold/changes.js';
import { FoldContext } from '../fold/context.js';
import type { Grant } from '../fold/state.js';
import type { ProgramHistory } from '../program/history.js';
import { growthAt } from '../tiers/growth.js';
import type { Happening } from './happenings.js';

interface TierSeen {
  effective: string;
  earned: string;
  until: number | null;
}

/** What happened to the tier, and by which rule (SPEC §6). */
export function tierText(change: Change, happening: Happening, programs: ProgramHistory): string {
  switch (change.type) {
    case 'member-enrolled':
      return `Becomes a member, in the base tier ${(change.after as TierSeen).earned}`;
    case 'tier-period-ending': {
      const { projected } = change.details as { projected: string };
      return `The period ends in 30 days; if nothing more happens, the tier is ${projected} then`;
    }
    case 'tier-grant-changed':
      return grantText(change.before as Grant | null, change.after as Grant | null);
    default:
      return judgementText(change, happening, programs);
  }
}

function grantText(before: Grant | null, after: Grant | null): string {
  if (after === null) return before === null ? 'A grant that was over already' : `The grant of ${before.tier} ends`;
  const mode = after.mode === 'floor' ? 'at least' : 'exactly';
  return `Granted ${mode} ${after.tier} by ${after.by} (${after.reason})`;
}

/** The tier, or its period, is another. */
function judgementText(change: Change, { cause, fact, m }: Happening, programs: ProgramHistory): string {
  const before = change.before as TierSeen;
  const after = change.after as TierSeen;
  const growth = growthAt(m, new FoldContext(programs), change.at);
  const threshold = (tier: string) => programs.program(m.version).tiers.find(({ id }) => id === tier)?.threshold;
  if ('timer' in cause) {
    if (cause.timer === 'tier-period-ends') {
      return change.type === 'tier-period-renewed'
        ? `The period ends; growth still meets the ${threshold(after.earned)} of ${after.earned}: renewed`
        : `The period ends; growth does not meet the ${threshold(before.earned)} of ${before.earned}: down to ${after.earned}`;
    }
    if (cause.timer === 'program-version') return versionText(change, before, after, cause.id);
    return `The grant ends: from ${before.effective} to ${after.effective}`;
  }
  if (fact?.type === 'TierGranted') return `A grant makes the tier ${after.effective}; earned is ${after.earned}`;
  if (fact?.type === 'TierGrantRevoked') return `The grant is revoked: from ${before.effective} to ${after.effective}`;
  const met = threshold(after.earned);
  if (fact?.type === 'OrderRefunded' || fact?.type === 'OrderCancelled') {
    return `The refund takes growth to ${growth}, below the ${threshold(before.earned)} of ${before.earned}: ${after.earned}`;
  }
  return `Growth ${growth} meets the ${met} of ${after.earned}: up from ${before.earned}`;
}

function versionText({ type }: Change, before: TierSeen, after: TierSeen, version: string): string {
  if (type === 'tier-period-renewed') return `Version ${version} of the program takes effect: the period is another`;
  return `Version ${version} of the program takes effect: from ${before.effective} to ${after.effective}`;
}
