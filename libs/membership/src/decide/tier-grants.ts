import type { MemberState } from '../fold/state.js';
import { type CommandContext, type CommandHead, type Decision, decideFact, refusal } from './decision.js';

export interface GrantTier extends CommandHead {
  /** Id of a tier of the program in force. */
  tier: string;
  /** `floor`: at least this tier; `exact`: this tier whatever is earned. */
  mode: 'floor' | 'exact';
  /** ISO 8601 instant; left out = until it is revoked. */
  until?: string;
  reason: string;
  by: string;
}

export interface RevokeGrant extends CommandHead {
  reason: string;
  by: string;
}

/**
 * Gives a tier that was not earned; it replaces the grant before (SPEC §6, ruling 29).
 * Refusals: unknown-member, invalid-command, unknown-tier, instant-passed.
 */
export function decideGrant(state: MemberState | null, command: GrantTier, context: CommandContext): Decision {
  const { tier, mode, until, reason, by } = command;
  const data = { tier, mode, ...(until !== undefined && { until }), reason, by };
  return decideFact(state, command, context, { type: 'TierGranted', data }, (member, at) => {
    const { tiers } = context.programs.program(member.version);
    if (!tiers.some(({ id }) => id === tier)) {
      const known = tiers.map(({ id }) => id).join(', ');
      return refusal('unknown-tier', `The program has no tier ${tier}: give one of ${known}`, 'tier');
    }
    if (until !== undefined && Date.parse(until) <= at) {
      return refusal('instant-passed', 'until must lie ahead', 'until');
    }
    return 'accept';
  });
}

/** Ends the grant that is active (SPEC §6). Refusals: unknown-member, invalid-command, no-grant. */
export function decideRevocation(state: MemberState | null, command: RevokeGrant, context: CommandContext): Decision {
  const { reason, by } = command;
  return decideFact(state, command, context, { type: 'TierGrantRevoked', data: { reason, by } }, (member) =>
    member.grant === null ? refusal('no-grant', 'The member has no tier grant') : 'accept',
  );
}
