import type { MemberState } from '../fold/state.js';
import { type CommandContext, type CommandHead, type Decision, decideFact, refusal } from './decision.js';
import { beyondCount, exactlyCounted } from './point-limits.js';

export interface AdjustPoints extends CommandHead {
  adjustmentId: string;
  /** Not 0; negative takes away, and what is not there becomes debt (ruling 23). */
  points: number;
  reason: string;
  by: string;
}

/**
 * Gives or takes points by hand (SPEC §5). Refusals: unknown-member, invalid-command, too-many-points.
 */
export function decideAdjustment(state: MemberState | null, command: AdjustPoints, context: CommandContext): Decision {
  const { adjustmentId, points, reason, by } = command;
  const data = { adjustmentId, points, reason, by };
  return decideFact(state, command, context, { type: 'PointsAdjusted', data }, (member) => {
    if (points === 0) return refusal('invalid-command', 'points must not be 0', 'points');
    if (member.seen.has(`adjustment/${adjustmentId}`)) return 'repeats';
    return exactlyCounted(member.points, Math.abs(points)) ? 'accept' : beyondCount('points');
  });
}
