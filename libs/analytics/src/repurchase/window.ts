import { addMonths, civil, dayNumber } from '@perennial/membership';

/** A window of days in the program's zone, as day numbers: `[from, to)` (SPEC §0). */
export interface DayWindow {
  from: number;
  to: number;
}

/** The day number of a calendar day as `YYYY-MM-DD`; NaN when the text is none, or names a day that does not exist. */
export function parseDay(text: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!match) return NaN;
  const [year, month, date] = match.slice(1).map(Number);
  const day = dayNumber(year, month, date);
  const found = civil(day);
  return found.year === year && found.month === month && found.day === date ? day : NaN;
}

/** Whether a day lies in the window; null = all time. */
export function isWithin(window: DayWindow | null, day: number): boolean {
  return window === null || (day >= window.from && day < window.to);
}

/** The window that follows and is as long: as many whole months, where it is whole months, else days (ruling 40). */
export function followingWindow({ from, to }: DayWindow): DayWindow {
  const months = wholeMonths(from, to);
  return { from: to, to: months === null ? to + (to - from) : addMonths(to, months) };
}

/** How many months make `to` of `from`; null = no whole number of them. */
function wholeMonths(from: number, to: number): number | null {
  // A month has 28 to 31 days.
  const most = Math.floor((to - from) / 28);
  for (let months = Math.max(1, Math.floor((to - from) / 31)); months <= most; months++) {
    if (addMonths(from, months) === to) return months;
  }
  return null;
}

/** A share, a rate or a mean: unrounded; null where there is no denominator (SPEC Appendix D). */
export function ratio(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}
