import { DAY_MS, iso } from '@perennial/membership';

/** A day number as a date: `2025-01-31`. */
export function dateOf(day: number): string {
  return iso(day * DAY_MS).slice(0, 10);
}
