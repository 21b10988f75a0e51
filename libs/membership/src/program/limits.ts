import { whole } from './document-checks.js';

/**
 * Far beyond any real program, and near enough that dates stay inside the calendar and products of money and
 * multipliers inside what the engine counts exactly.
 */
export const days = whole(0, 100_000);
export const someDays = whole(1, 100_000);
export const someMonths = whole(1, 1_200);
export const someMinutes = whole(1, 10_000_000);
export const someHours = whole(1, 100_000);
/** Percentages, 100 = 1×. */
export const multiplier = whole(0, 1_000_000);
/** Points or growth given at once. */
export const bonus = whole(0, 1_000_000_000);
/** The `per` of a rate, minor units. */
export const per = whole(1, 1_000_000_000_000);
export const threshold = whole(0, Number.MAX_SAFE_INTEGER);
/** Earnings a day. */
export const dailyCap = whole(0, 1_000_000);
export const orders = whole(0, 1_000_000_000);
