import type { BuyingDay } from '../customers/buying-days.js';
import type { Metrics } from '../metrics.js';
import { type DayWindow, isWithin, ratio } from './window.js';

/**
 * Churn and reactivation in a window (SPEC §8, ruling 41). A customer is beyond atRiskDays from the start of the day
 * atRiskDays + 1 days after a purchase, until the next one.
 */
export class ChurnRates {
  private within = 0;
  private passed = 0;
  private beyond = 0;
  private bought = 0;

  /**
   * @param atRiskDays of the program in force.
   * @param begun the last day that has begun as of the instant: nobody passes on a later one.
   */
  constructor(
    private readonly window: DayWindow,
    private readonly atRiskDays: number,
    private readonly begun: number,
  ) {}

  /** @param days of one customer. */
  add(days: readonly BuyingDay[]): void {
    const { window } = this;
    let atStart: 'none' | 'within' | 'beyond' = 'none';
    let passes = false;
    let returns = false;
    for (let i = 0; i < days.length; i++) {
      const { day } = days[i];
      if (day >= window.to) break;
      const next = i + 1 < days.length ? days[i + 1].day : Infinity;
      const beyondFrom = day + this.atRiskDays + 1;
      if (day < window.from && next >= window.from) atStart = beyondFrom > window.from ? 'within' : 'beyond';
      if (next < beyondFrom) continue;
      if (beyondFrom > window.from && beyondFrom < window.to && beyondFrom <= this.begun) passes = true;
      if (isWithin(window, next)) returns = true;
    }
    if (atStart === 'within') {
      this.within++;
      if (passes) this.passed++;
    }
    if (atStart !== 'beyond' && !passes) return;
    this.beyond++;
    if (returns) this.bought++;
  }

  result(): { churn: NonNullable<Metrics['churn']>; reactivation: NonNullable<Metrics['reactivation']> } {
    const { within, passed, beyond, bought } = this;
    return {
      churn: { within, passed, rate: ratio(passed, within) },
      reactivation: { beyond, bought, rate: ratio(bought, beyond) },
    };
  }
}
