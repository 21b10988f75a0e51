import type { BuyingDay } from '../customers/buying-days.js';
import type { DaysBetween, Metrics, RepeatHorizon } from '../metrics.js';
import type { Sign } from '../sign.js';
import { DayHistogram } from './day-histogram.js';
import { WindowPurchases } from './window-purchases.js';
import { type DayWindow, ratio } from './window.js';

const REPEAT_HORIZONS: readonly RepeatHorizon[] = ['30', '60', '90', '180', '365'];

type EverPart = 'buyersEver' | 'repeatWithin' | 'timeToSecond' | 'interval' | 'lifetimeValue';

/** Who buys, how much, who comes back and when: in a window, and ever (SPEC §8, ruling 40). */
export class Repurchase {
  private readonly purchases: WindowPurchases;
  private buyersEver = 0;
  private valueEver = 0;
  private readonly timesToSecond = new DayHistogram();
  private readonly intervals = new DayHistogram();

  /** @param window null = all time. */
  constructor(window: DayWindow | null) {
    this.purchases = new WindowPurchases(window);
  }

  /** @param days of one customer. */
  add(days: readonly BuyingDay[], sign: Sign = 1): void {
    if (days.length === 0) return;
    this.purchases.add(days, sign);
    this.buyersEver += sign;
    if (days.length > 1) this.timesToSecond.add(days[1].day - days[0].day, sign);
    for (let i = 0; i < days.length; i++) {
      if (i > 0) this.intervals.add(days[i].day - days[i - 1].day, sign);
      this.valueEver += sign * days[i].value;
    }
  }

  /** Of the window. */
  inWindow(): ReturnType<WindowPurchases['result']> {
    return this.purchases.result();
  }

  /** Of all history. */
  ever(): Pick<Metrics, EverPart> {
    const { buyersEver, valueEver } = this;
    const repeats = REPEAT_HORIZONS.map((days) => {
      const count = this.timesToSecond.countWithin(Number(days));
      return [days, { count, share: ratio(count, buyersEver) }];
    });
    return {
      buyersEver,
      repeatWithin: Object.fromEntries(repeats) as Record<RepeatHorizon, { count: number; share: number | null }>,
      timeToSecond: summary(this.timesToSecond),
      interval: summary(this.intervals),
      lifetimeValue: { value: valueEver, buyers: buyersEver, historic: ratio(valueEver, buyersEver) },
    };
  }
}

function summary(histogram: DayHistogram): DaysBetween {
  return { median: histogram.median(), mean: histogram.mean(), count: histogram.count };
}
