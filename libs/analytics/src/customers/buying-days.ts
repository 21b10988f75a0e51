import type { PurchaseSnapshot } from './customer-snapshot.js';

/** What repurchase metrics count: what one customer bought on one day, or a single purchase where days are not merged. */
export interface BuyingDay {
  day: number;
  /** Purchases behind it: 1 where days are not merged. */
  orders: number;
  /** Minor units. */
  value: number;
}

/**
 * A customer's purchases as buying days, by day (SPEC §8).
 * @param purchases by paidAt.
 * @param mergeSameDay whether purchases of one day count once.
 */
export function buyingDays(purchases: readonly PurchaseSnapshot[], mergeSameDay: boolean): BuyingDay[] {
  const days: BuyingDay[] = [];
  for (const { day, value } of inOrderOfDays(purchases)) {
    const last = days.length > 0 ? days[days.length - 1] : null;
    if (mergeSameDay && last !== null && last.day === day) {
      last.orders++;
      last.value += value;
    } else days.push({ day, orders: 1, value });
  }
  return days;
}

/** Days follow instants except where clocks go back over midnight: there a day begins twice. */
function inOrderOfDays(purchases: readonly PurchaseSnapshot[]): readonly PurchaseSnapshot[] {
  for (let i = 1; i < purchases.length; i++) {
    if (purchases[i].day < purchases[i - 1].day) return purchases.toSorted((a, b) => a.day - b.day);
  }
  return purchases;
}

/** On how many days the customer bought, merged or not. */
export function countDays(days: readonly BuyingDay[]): number {
  let count = 0;
  for (let i = 0; i < days.length; i++) if (i === 0 || days[i].day !== days[i - 1].day) count++;
  return count;
}
