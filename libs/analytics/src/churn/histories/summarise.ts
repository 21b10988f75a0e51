import { buyingDays } from '../../customers/buying-days.js';
import type { CustomerSnapshot } from '../../customers/customer-snapshot.js';
import type { History } from './history.js';

/** A buyer's history, and what their repeat purchases were worth. */
export interface BuyerHistory extends History {
  customerId: string;
  /** Mean value of a repeat purchase day, rounded half-up to the minor unit; null where there was none. */
  meanValue: number | null;
  /** Value of all purchases up to then, in minor units. */
  totalValue: number;
}

/**
 * A customer's purchases up to the end of a day as (x, t_x, T) in days (SPEC §9): purchases of one day count once, with
 * their value together.
 * @param asOfDay day number in the program's zone; later purchases are left out.
 * @returns null for a customer who had not bought by then.
 */
export function summarise(
  customer: Pick<CustomerSnapshot, 'customerId' | 'purchases'>,
  asOfDay: number,
): BuyerHistory | null {
  const days = buyingDays(customer.purchases, true).filter(({ day }) => day <= asOfDay);
  if (days.length === 0) return null;
  const first = days[0];
  const x = days.length - 1;
  const totalValue = days.reduce((sum, { value }) => sum + value, 0);
  return {
    customerId: customer.customerId,
    x,
    tx: days[x].day - first.day,
    T: asOfDay - first.day,
    meanValue: x > 0 ? Math.round((totalValue - first.value) / x) : null,
    totalValue,
  };
}
