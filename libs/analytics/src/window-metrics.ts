import { iso, type Zone } from '@perennial/membership';
import type { BuyingDay } from './customers/buying-days.js';
import type { CustomerSnapshot } from './customers/customer-snapshot.js';
import { ChurnRates } from './repurchase/churn-rates.js';
import { Funnel } from './repurchase/funnel.js';
import { WindowPurchases } from './repurchase/window-purchases.js';
import { WindowToWindow } from './repurchase/window-to-window.js';
import type { DayWindow } from './repurchase/window.js';

/** What a window shows (SPEC §8, rulings 40, 41). */
export class WindowMetrics {
  private readonly purchases: WindowPurchases;
  private readonly comparison: WindowToWindow;
  private readonly rates: ChurnRates;
  private readonly funnel: Funnel;

  /**
   * @param asOf UTC ms. @param atRiskDays of the program in force at `asOf`.
   * @throws RangeError when the window ends before it starts, or is empty.
   */
  constructor(
    private readonly window: DayWindow,
    private readonly zone: Zone,
    asOf: number,
    atRiskDays: number,
  ) {
    if (window.from >= window.to) {
      throw new RangeError(`A window must end after it starts, unlike that from day ${window.from} to ${window.to}`);
    }
    this.purchases = new WindowPurchases(window);
    this.comparison = new WindowToWindow(window);
    this.rates = new ChurnRates(window, atRiskDays, lastDayBegun(zone, asOf));
    this.funnel = new Funnel(window);
  }

  /** @param days of the customer's purchases. */
  add(customer: Pick<CustomerSnapshot, 'visitDays' | 'cartDays'>, days: readonly BuyingDay[]): void {
    this.purchases.add(days);
    this.comparison.add(days);
    this.rates.add(days);
    this.funnel.add(customer.visitDays, customer.cartDays, days);
  }

  result() {
    const second = this.bounds(this.comparison.second);
    const bounds = this.bounds(this.window);
    return {
      window: bounds,
      ...this.purchases.result(),
      windowToWindow: { ...bounds, from2: second.from, to2: second.to, ...this.comparison.result() },
      ...this.rates.result(),
      funnel: this.funnel.result(),
    };
  }

  private bounds({ from, to }: DayWindow): { from: string; to: string } {
    return { from: iso(this.zone.startOfDay(from)), to: iso(this.zone.startOfDay(to)) };
  }
}

export type WindowResult = ReturnType<WindowMetrics['result']>;

/** Where clocks go back over midnight, the day after that of an instant may have begun already (ruling 7). */
export function lastDayBegun(zone: Zone, t: number): number {
  const day = zone.dayOf(t);
  return zone.startOfDay(day + 1) <= t ? day + 1 : day;
}
