import type { BuyingDay } from '../customers/buying-days.js';
import type { Metrics } from '../metrics.js';
import type { Sign } from '../sign.js';
import { type DayWindow, isWithin, ratio } from './window.js';

type WindowPart = 'buyers' | 'purchases' | 'orders' | 'value' | 'aov' | 'repeatBuyers' | 'repeatRate';

/** Who buys in a window, and how much (SPEC §8, ruling 40). */
export class WindowPurchases {
  private buyers = 0;
  private purchases = 0;
  private orders = 0;
  private value = 0;
  private repeatBuyers = 0;

  /** @param window null = all time. */
  constructor(private readonly window: DayWindow | null) {}

  /** @param days of one customer. */
  add(days: readonly BuyingDay[], sign: Sign = 1): void {
    let inWindow = 0;
    for (const { day, orders, value } of days) {
      if (!isWithin(this.window, day)) continue;
      inWindow++;
      this.orders += sign * orders;
      this.value += sign * value;
    }
    this.purchases += sign * inWindow;
    if (inWindow > 0) this.buyers += sign;
    if (inWindow > 1) this.repeatBuyers += sign;
  }

  result(): Pick<Metrics, WindowPart> {
    const { buyers, purchases, orders, value, repeatBuyers } = this;
    const aov = ratio(value, purchases);
    return { buyers, purchases, orders, value, aov, repeatBuyers, repeatRate: ratio(repeatBuyers, buyers) };
  }
}
