import type { Change } from '../fold/changes.js';
import { iso } from '../time/zone.js';
import type { Balance, OrderEarning } from './explanation.js';
import type { Happening } from './happenings.js';
import { earningFormula } from './order-earning.js';

/** One announced movement of points, and all that a sentence about it needs. */
export interface Movement {
  change: Change;
  happening: Happening;
  moved: Balance;
  earning: OrderEarning | null;
}

/** What happened to the points, and by which rule. */
export function pointsText(movement: Movement): string {
  const { change, happening, moved, earning } = movement;
  const { subject } = change;
  const points = pointsOf(change);
  switch (change.type) {
    case 'points-pending':
      return pendingText(movement);
    case 'points-activated':
      return activatedText(movement) + debtText(moved);
    case 'points-redeemed':
      return `${redemptionName(happening, subject)}: ${points} points redeemed${owedText(moved)}`;
    case 'points-reserved':
      return reservedText(movement);
    case 'points-released': {
      const why = happening.fact === null ? 'ran out' : 'was released';
      return `Reservation ${subject} ${why}: ${points} points are free again${debtText(moved)}${goneText(moved, points)}`;
    }
    case 'points-expired':
      return `The time of lot ${subject} is over: ${points} points expire`;
    case 'points-clawed-back':
      return clawbackText(subject, points, moved, earning);
    case 'points-restored':
      return `Redemption ${subject} was cancelled: ${points} points come back${debtText(moved)}${goneText(moved, points)}`;
    case 'points-adjusted':
      return adjustedText(movement);
    default:
      return change.type;
  }
}

export function pointsOf({ details }: Change): number {
  return details!.points as number;
}

function pendingText({ change, happening, earning }: Movement): string {
  const { activatesAt } = happening.m.points.lots.get(change.subject)!;
  const { tier, campaign } = earning!;
  const multipliers = `tier ${tier.id}${campaign.id === null ? '' : `, campaign ${campaign.id}`}`;
  const from = activatesAt === null ? '' : `; they become active at ${iso(activatesAt)}`;
  return `Order ${change.subject} earns ${earningFormula(earning!)} points (${multipliers})${from}`;
}

function activatedText({ change, happening }: Movement): string {
  const { fact, cause } = happening;
  const points = pointsOf(change);
  switch (fact?.type) {
    case 'ReviewSubmitted':
      return `Review ${fact.data.reviewId}${fact.data.hasMedia ? ' with media' : ''} earns ${points} points`;
    case 'EngagementRecorded':
      return `Engagement ${fact.data.kind} earns ${points} points`;
    case 'CustomerRegistered':
      return `Registration gives ${points} points`;
    default:
      return 'timer' in cause && cause.timer === 'birthday'
        ? `The birthday gives ${points} points`
        : `The ${points} points of order ${change.subject} become active`;
  }
}

function reservedText({ change, happening, moved }: Movement): string {
  const asked = pointsOf(change);
  const { expiresAt } = happening.m.points.reservations.get(change.subject)!;
  const all = moved.reserved === asked ? '' : ` of ${asked} asked for`;
  return `Reservation ${change.subject} holds ${moved.reserved} points${all} until ${iso(expiresAt)}`;
}

function redemptionName({ fact }: Happening, id: string): string {
  if (fact?.type === 'ReservationCommitted') return `Reservation ${id} was committed`;
  const purpose = fact?.type === 'PointsRedeemed' && fact.data.purpose !== undefined ? ` (${fact.data.purpose})` : '';
  return `Redemption ${id}${purpose}`;
}

function clawbackText(orderId: string, points: number, moved: Balance, earning: OrderEarning | null): string {
  const parts = [
    [-moved.pending, 'pending'],
    [-moved.available, 'available'],
    [moved.debt, 'as debt'],
  ] as const;
  const taken = parts.filter(([n]) => n > 0).map(([n, where]) => `${n} ${where}`);
  const spared = points + moved.pending + moved.available - moved.debt;
  const formula = earning === null ? '' : `, it earns ${earningFormula(earning)}`;
  return (
    `Less remains of order ${orderId}${formula}: ${points} points are taken back` +
    (taken.length > 0 ? ` (${taken.join(', ')})` : '') +
    (spared > 0 ? `, ${spared} of them are gone already or forgiven` : '')
  );
}

function adjustedText({ change, happening, moved }: Movement): string {
  const points = pointsOf(change);
  const { fact } = happening;
  const by = fact?.type === 'PointsAdjusted' ? ` by ${fact.data.by} (${fact.data.reason})` : '';
  return `Adjusted${by}: ${points > 0 ? '+' : ''}${points} points${points > 0 ? debtText(moved) : owedText(moved)}`;
}

function debtText({ debt }: Balance): string {
  return debt < 0 ? `, ${-debt} of them pay debt` : '';
}

function owedText({ debt }: Balance): string {
  return debt > 0 ? `, ${debt} of them were not there and became debt` : '';
}

/** Points that came back to lots whose time was over. */
function goneText({ available, debt }: Balance, points: number): string {
  const gone = points - available + debt;
  return gone > 0 ? `, ${gone} of them expire at once` : '';
}
