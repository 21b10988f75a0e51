import { compareIds } from '../facts/fact.js';

/** Timer kinds in the order in which those of one instant fire (SPEC §3). */
export const TimerKind = {
  Birthday: 0,
  ActivatePoints: 1,
  ExpireReservation: 2,
  ExpirePoints: 3,
  TierGrantEnds: 4,
  TierPeriodEnds: 5,
  CartAbandoned: 6,
  TaskExpiresOrWakes: 7,
  ReactivationStepDue: 8,
  LifecycleStage: 9,
  ProgramVersion: 10,
} as const;
export type TimerKind = (typeof TimerKind)[keyof typeof TimerKind];

export const TIMER_NAMES = [
  'birthday',
  'activate-points',
  'expire-reservation',
  'expire-points',
  'tier-grant-ends',
  'tier-period-ends',
  'cart-abandoned',
  'task-expires-or-wakes',
  'reactivation-step-due',
  'lifecycle-stage',
  'program-version',
] as const;

/** [due in UTC ms, kind, id of what it is about] */
export type Timer = [due: number, kind: TimerKind, id: string];

function compareTimers(a: Timer, b: Timer): number {
  return a[0] - b[0] || a[1] - b[1] || compareIds(a[2], b[2]);
}

/** First index whose timer is not after `timer`; the list runs from the latest to the next. */
function search(timers: readonly Timer[], timer: Timer): number {
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareTimers(timers[middle], timer) > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds a timer; the list is kept from the latest to the next, so that the next is popped off its end. */
export function schedule(timers: Timer[], due: number, kind: TimerKind, id: string): void {
  const timer: Timer = [due, kind, id];
  timers.splice(search(timers, timer), 0, timer);
}

/** Removes a timer that is there. A timer that is not there is a defect of the fold. */
export function unschedule(timers: Timer[], due: number, kind: TimerKind, id: string): void {
  const timer: Timer = [due, kind, id];
  const index = search(timers, timer);
  if (index >= timers.length || compareTimers(timers[index], timer) !== 0) {
    throw new Error(`No ${TIMER_NAMES[kind]} timer for ${id} at ${due}`);
  }
  timers.splice(index, 1);
}
