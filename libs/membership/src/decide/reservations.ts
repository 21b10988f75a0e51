import type { MemberState, Reservation } from '../fold/state.js';
import { type CommandContext, type CommandHead, type Decision, decideFact, type Refusal, refusal } from './decision.js';
import { insufficient } from './redemptions.js';

export interface ReservePoints extends CommandHead {
  reservationId: string;
  /** At least 1. */
  points: number;
  /** ISO 8601 instant; default: the program's `points.reservationMinutes` from now. */
  expiresAt?: string;
}

/** Commits or releases a reservation. */
export interface EndReservation extends CommandHead {
  reservationId: string;
}

/**
 * Holds points of particular lots until they are committed, released, or the time runs out (SPEC §5).
 * Refusals: unknown-member, invalid-command, id-taken, instant-passed, insufficient-points.
 */
export function decideReservation(
  state: MemberState | null,
  command: ReservePoints,
  context: CommandContext,
): Decision {
  const { reservationId, points, expiresAt } = command;
  const data = { reservationId, points, ...(expiresAt !== undefined && { expiresAt }) };
  return decideFact(state, command, context, { type: 'PointsReserved', data }, ({ points: account }, at) => {
    if (points < 1) return refusal('invalid-command', 'points must be at least 1', 'points');
    if (account.reservations.has(reservationId)) return 'repeats';
    // Its commit would be a second redemption of that id and have no effect (ruling 20).
    if (account.redemptions.has(reservationId)) {
      return refusal('id-taken', `${reservationId} is a redemption: choose another id`, 'reservationId');
    }
    if (expiresAt !== undefined && Date.parse(expiresAt) <= at) {
      return refusal('instant-passed', 'expiresAt must lie ahead', 'expiresAt');
    }
    return points > account.available ? insufficient(points, account.available) : 'accept';
  });
}

/**
 * Redeems a reservation's points (ruling 20). One that is committed stays so.
 * Refusals: unknown-member, invalid-command, unknown-reservation, reservation-ended, id-taken, insufficient-points (only where
 * an import reserved more than there was).
 */
export function decideCommit(state: MemberState | null, command: EndReservation, context: CommandContext): Decision {
  const { reservationId } = command;
  return decideFact(state, command, context, { type: 'ReservationCommitted', data: { reservationId } }, (member) => {
    const { reservations, redemptions, available } = member.points;
    const reservation = reservations.get(reservationId);
    if (!reservation) return unknown(reservationId);
    if (reservation.state === 'committed') return 'repeats';
    if (reservation.state !== 'held') return ended(reservation);
    if (redemptions.has(reservationId)) {
      return refusal('id-taken', `${reservationId} was redeemed otherwise: release the reservation`, 'reservationId');
    }
    const missing = reservation.points - held(reservation);
    return missing > available ? insufficient(missing, available) : 'accept';
  });
}

/**
 * Gives a reservation's points back to their lots (SPEC §5). One that is released stays so.
 * Refusals: unknown-member, invalid-command, unknown-reservation, reservation-ended.
 */
export function decideRelease(state: MemberState | null, command: EndReservation, context: CommandContext): Decision {
  const { reservationId } = command;
  return decideFact(state, command, context, { type: 'ReservationReleased', data: { reservationId } }, (member) => {
    const reservation = member.points.reservations.get(reservationId);
    if (!reservation) return unknown(reservationId);
    if (reservation.state === 'released') return 'repeats';
    return reservation.state === 'held' ? 'accept' : ended(reservation);
  });
}

function held(reservation: Reservation): number {
  return reservation.parts.reduce((sum, part) => sum + part.points, 0);
}

function unknown(id: string): Refusal {
  return refusal('unknown-reservation', `The member has no reservation ${id}`, 'reservationId');
}

const ENDS = { committed: 'was committed', released: 'was released', expired: 'ran out' } as const;

function ended({ id, state }: Reservation): Refusal {
  const how = state === 'held' ? 'ended' : ENDS[state];
  return refusal('reservation-ended', `Reservation ${id} ${how}`, 'reservationId');
}
