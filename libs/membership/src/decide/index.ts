export type { CommandContext, CommandHead, Decision, Refusal, RefusalCode, Warning } from './decision.js';
export {
  decideRedemption,
  decideRedemptionCancellation,
  type CancelRedemption,
  type RedeemPoints,
} from './redemptions.js';
export {
  decideCommit,
  decideRelease,
  decideReservation,
  type EndReservation,
  type ReservePoints,
} from './reservations.js';
export { decideAdjustment, type AdjustPoints } from './adjustments.js';
export { decideGrant, decideRevocation, type GrantTier, type RevokeGrant } from './tier-grants.js';
export { decideErasure, type ErasePersonalData } from './erasure.js';
export {
  decideClaim,
  decideCompletion,
  decideContact,
  decideDismissal,
  decideSnooze,
  type CompleteTask,
  type ContactTask,
  type DismissTask,
  type SnoozeTask,
  type TaskCommand,
} from './tasks.js';
export { isRepeated, judgeRepetition } from './repetition.js';
