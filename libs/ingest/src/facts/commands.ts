import type { CustomerFactType, FieldError } from '@perennial/membership';

/** What may be refused is asked for by a command, not reported as a fact (SPEC Appendix A): the command to use. */
const COMMANDS: Partial<Record<CustomerFactType, string>> = {
  PointsRedeemed: 'redeem points of the member instead',
  PointsReserved: 'reserve points of the member instead',
  ReservationCommitted: 'commit the reservation instead',
  ReservationReleased: 'release the reservation instead',
  RedemptionCancelled: 'cancel the redemption instead',
  PointsAdjusted: "adjust the member's points instead",
  TierGranted: 'grant the member a tier instead',
  TierGrantRevoked: "revoke the member's grant instead",
  TaskClaimed: 'claim the task instead',
  TaskContacted: 'report the contact on the task instead',
  TaskSnoozed: 'snooze the task instead',
  TaskDismissed: 'dismiss the task instead',
  TaskCompleted: 'complete the task instead',
  PersonalDataErased: "erase the customer's personal data instead",
};

/** Why a fact of this type cannot be sent as a fact; null when it can. */
export function refusalByCommand(type: CustomerFactType): FieldError | null {
  const command = COMMANDS[type];
  return command === undefined
    ? null
    : { path: 'type', message: `${type} is decided by a command, not sent as a fact: ${command}` };
}
