/** Days ahead for which a score says what is expected. */
export const HORIZONS = [90, 365] as const;
export type HorizonDays = (typeof HORIZONS)[number];

/** Days of one step of discounting. */
export const DAY_STEP = 30;

const DAYS_IN_YEAR = 365;

export interface Discounting {
  /** How far ahead the lifetime value looks. */
  years: number;
  /** 0.1 = a purchase in a year is worth 1 ÷ 1.1 of one today. */
  annualRate: number;
}

/**
 * Purchases expected, each counted at its present value: those of every step at the middle of the step.
 * @param expected within so many days from now.
 * @throws RangeError for a discount rate of −100 % or less, or years that are not above 0.
 */
export function discountedPurchases(
  expected: (days: number) => number,
  { years, annualRate }: Discounting,
  step: number = DAY_STEP,
): number {
  if (!(annualRate > -1 && years > 0 && years < Infinity)) {
    throw new RangeError(`Nothing can be discounted over ${years} years at ${annualRate} a year`);
  }
  const end = years * DAYS_IN_YEAR;
  let sum = 0;
  let before = 0;
  for (let from = 0; from < end; from += step) {
    const to = Math.min(from + step, end);
    const upTo = expected(to);
    sum += (upTo - before) * (1 + annualRate) ** (-(from + to) / 2 / DAYS_IN_YEAR);
    before = upTo;
  }
  return sum;
}
