import type { MemberState } from '../fold/state.js';
import { type CommandContext, type CommandHead, type Decision, decideFact, refusal } from './decision.js';
import { beyondCount, exactlyCounted } from './point-limits.js';

export interface RedeemPoints extends CommandHead {
  redemptionId: string;
  /** At least 1. */
  points: number;
  /** What for: `discount`, `goods`, `lottery`, … */
  purpose?: string;
  orderId?: string;
}

export interface CancelRedemption extends CommandHead {
  redemptionId: string;
}

/**
 * Spends points; refused above what is available (SPEC §5).
 * Refusals: unknown-member, invalid-command, id-taken, insufficient-points.
 */
export function decideRedemption(state: MemberState | null, command: RedeemPoints, context: CommandContext): Decision {
  const { redemptionId, points, purpose, orderId } = command;
  const data = {
    redemptionId,
    points,
    ...(purpose !== undefined && { purpose }),
    ...(orderId !== undefined && { orderId }),
  };
  return decideFact(state, command, context, { type: 'PointsRedeemed', data }, ({ points: account }) => {
    if (points < 1) return refusal('invalid-command', 'points must be at least 1', 'points');
    // One id for redemptions and reservations: a commit is a redemption of the reservation's id (ruling 20).
    if (account.reservations.has(redemptionId)) {
      return refusal('id-taken', `${redemptionId} is a reservation: commit that, or choose another id`, 'redemptionId');
    }
    if (account.redemptions.has(redemptionId)) return 'repeats';
    return points > account.available ? insufficient(points, account.available) : 'accept';
  });
}

/**
 * Gives a redemption's points back to the lots that they came from (SPEC §5, ruling 22). One that is cancelled stays so.
 * Refusals: unknown-member, invalid-command, unknown-redemption, too-many-points.
 */
export function decideRedemptionCancellation(
  state: MemberState | null,
  command: CancelRedemption,
  context: CommandContext,
): Decision {
  const { redemptionId } = command;
  return decideFact(state, command, context, { type: 'RedemptionCancelled', data: { redemptionId } }, (member) => {
    const redemption = member.points.redemptions.get(redemptionId);
    if (!redemption) {
      return refusal('unknown-redemption', `The member has no redemption ${redemptionId}`, 'redemptionId');
    }
    if (redemption.cancelled) return 'repeats';
    return exactlyCounted(member.points, redemption.points) ? 'accept' : beyondCount('redemptionId');
  });
}

export function insufficient(points: number, available: number) {
  return refusal('insufficient-points', `${points} points are asked for and ${available} are available`, 'points');
}
