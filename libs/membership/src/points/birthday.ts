import type { FoldContext } from '../fold/context.js';
import type { MemberState } from '../fold/state.js';
import { schedule, TimerKind, unschedule } from '../fold/timers.js';
import { civil, dayNumber } from '../time/zone.js';
import { earnAtOnce } from './lots.js';

/** Month and day of `YYYY-MM-DD` or `--MM-DD`. */
function monthAndDay(birthday: string): [number, number] {
  const [, month, day] = /(\d\d)-(\d\d)$/.exec(birthday)!;
  return [Number(month), Number(day)];
}

/** The day on which a birthday is kept in a year: 29 Feb on 28 Feb in common years (ruling 26). */
function birthdayIn(year: number, [month, day]: [number, number]): number {
  const date = dayNumber(year, month, day);
  return civil(date).month === month ? date : date - 1;
}

/** A birthday became known, changed, or was taken back (null). An erased customer's is not kept. */
export function setBirthday(m: MemberState, cx: FoldContext, birthday: string | null): void {
  m.birthday.date = birthday === null || m.erasedAt !== null ? null : monthAndDay(birthday);
  watchBirthday(m, cx);
}

/** Sets the timer to the next birthday after now; one that is today or past waits for next year. */
function watchBirthday(m: MemberState, cx: FoldContext): void {
  const { birthday } = m;
  if (birthday.due !== null) unschedule(m.timers, birthday.due, TimerKind.Birthday, '');
  birthday.due = null;
  if (birthday.date === null) return;
  let year = civil(cx.zone.dayOf(m.now)).year;
  if (birthday.lastYear !== null) year = Math.max(year, birthday.lastYear + 1);
  while (cx.zone.startOfDay(birthdayIn(year, birthday.date)) <= m.now) year++;
  birthday.due = cx.zone.startOfDay(birthdayIn(year, birthday.date));
  schedule(m.timers, birthday.due, TimerKind.Birthday, '');
}

/** Timer: startOfDay of the birthday. */
export function keepBirthday(m: MemberState, cx: FoldContext): void {
  m.birthday.due = null;
  const { year } = civil(cx.zone.dayOf(m.now));
  const bonus = cx.program(m).points.birthday;
  if (bonus > 0 && m.enrolledAt !== null) {
    m.birthday.lastYear = year;
    earnAtOnce(m, cx, `birthday/${year}`, bonus);
  }
  watchBirthday(m, cx);
}
