import type { BuyingDay } from '../customers/buying-days.js';
import type { Metrics } from '../metrics.js';
import type { Sign } from '../sign.js';
import { type DayWindow, isWithin } from './window.js';

/** Customers with a visit in the window → of them, with a cart that was not empty → of them, with a purchase (ruling 41). */
export class Funnel {
  private visit = 0;
  private cart = 0;
  private order = 0;

  /** @param window null = all time. */
  constructor(private readonly window: DayWindow | null) {}

  /** @param days on which one customer visited, had a cart, bought. */
  add(visitDays: readonly number[], cartDays: readonly number[], days: readonly BuyingDay[], sign: Sign = 1): void {
    if (!visitDays.some((day) => isWithin(this.window, day))) return;
    this.visit += sign;
    if (!cartDays.some((day) => isWithin(this.window, day))) return;
    this.cart += sign;
    if (days.some(({ day }) => isWithin(this.window, day))) this.order += sign;
  }

  result(): Metrics['funnel'] {
    const { visit, cart, order } = this;
    return { visit, cart, order };
  }
}
