import type { Timer } from './timers.js';

/** What subscribers are told (SPEC §10). */
export const CHANGE_TYPES = [
  'member-enrolled',
  'tier-changed',
  'tier-period-renewed',
  'tier-period-ending',
  'tier-grant-changed',
  'points-pending',
  'points-activated',
  'points-redeemed',
  'points-reserved',
  'points-released',
  'points-expired',
  'points-clawed-back',
  'points-restored',
  'points-adjusted',
  'purchase-changed',
  'stage-changed',
  'task-opened',
  'task-changed',
  'task-converted',
  'cart-abandoned',
  'churn-band-changed',
  'bad-review',
  'personal-data-erased',
  'member-merged',
  'correction',
] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

/** The parts of a member that changes tell about. */
export type FacetKind = 'tier' | 'grant' | 'points' | 'stage' | 'churn' | 'erased' | 'purchase' | 'task';

/** The facet whose value a change's `after` is; the other types tell of something that happened and leave nothing. */
export const CHANGE_FACET: Partial<Record<ChangeType, FacetKind>> = {
  'member-enrolled': 'tier',
  'tier-changed': 'tier',
  'tier-period-renewed': 'tier',
  'tier-grant-changed': 'grant',
  'points-pending': 'points',
  'points-activated': 'points',
  'points-redeemed': 'points',
  'points-reserved': 'points',
  'points-released': 'points',
  'points-expired': 'points',
  'points-clawed-back': 'points',
  'points-restored': 'points',
  'points-adjusted': 'points',
  'purchase-changed': 'purchase',
  'stage-changed': 'stage',
  'task-opened': 'task',
  'task-changed': 'task',
  'task-converted': 'task',
  'churn-band-changed': 'churn',
  'personal-data-erased': 'erased',
};

/** What brought a change about: a fact, or time itself. */
export type Cause = { fact: string } | { timer: string; id: string };

/** One change of a member's state, as the fold makes it. */
export interface Change {
  type: ChangeType;
  customerId: string;
  /** Effective instant, UTC ms: the fact's or the timer's own, never that of a clock tick. */
  at: number;
  cause: Cause;
  /** Version number of the program in force. */
  programVersion: number;
  /** The lot, task, order, cart… it is about. */
  subject: string;
  before: unknown;
  after: unknown;
  /** What else a reader needs: points moved, reason. */
  details?: Record<string, unknown>;
}

export type ChangeSink = (change: Change) => void;

/** What the fold is doing just now; becomes the `cause` of the changes. */
export type Running = { fact: string } | Timer;
