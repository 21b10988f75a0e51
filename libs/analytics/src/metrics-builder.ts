import { iso, type ProgramHistory } from '@perennial/membership';
import { buyingDays } from './customers/buying-days.js';
import type { CustomerSnapshot } from './customers/customer-snapshot.js';
import { EverMetrics, type EverResult } from './ever-metrics.js';
import type { Metrics } from './metrics.js';
import type { DayWindow } from './repurchase/window.js';
import { RfmTable, summarize } from './rfm/scores.js';
import { WindowMetrics, type WindowResult } from './window-metrics.js';

export interface MetricsOptions {
  /** UTC ms. */
  asOf: number;
  /** Null = all time. */
  window: DayWindow | null;
  /** Whether purchases of one customer on one day count once; default true. */
  mergeSameDay?: boolean;
  programs: ProgramHistory;
  /** Index of the version in force at `asOf`. */
  version: number;
}

/**
 * Metrics of a program (SPEC §§7–8, Appendix D), from each customer once, in any order. What it keeps grows with days,
 * months and steps, and by three numbers a buyer for RFM.
 */
export class MetricsBuilder {
  private readonly mergeSameDay: boolean;
  private readonly ever = new EverMetrics();
  private readonly window: WindowMetrics | null;
  private readonly rfm: RfmTable;

  /** @throws RangeError when the window ends before it starts, or is empty. */
  constructor(private readonly options: MetricsOptions) {
    const { asOf, programs } = options;
    this.mergeSameDay = options.mergeSameDay ?? true;
    this.window = windowMetrics(options);
    this.rfm = new RfmTable(programs.zone.dayOf(asOf));
  }

  /** Takes one customer in, as of the instant; each once. */
  add(customer: CustomerSnapshot): void {
    const days = buyingDays(customer.purchases, this.mergeSameDay);
    this.ever.add(customer, days);
    this.window?.add(customer, days);
    this.rfm.add(summarize(days));
  }

  /**
   * The metrics of all customers added so far, keys in the order of SPEC Appendix D.
   * @throws Error when a customer's tier is none of the version in force: they are not as of the same instant.
   */
  result(): Metrics {
    const { asOf, programs, version } = this.options;
    const ever = this.ever.result(programs.program(version).tiers);
    return assemble({ asOf, mergeSameDay: this.mergeSameDay }, ever, this.window?.result() ?? null, this.rfm.cells());
  }
}

/** What the window of a question gathers; null when it asks for all time. @throws RangeError */
export function windowMetrics({ asOf, window, programs, version }: MetricsOptions): WindowMetrics | null {
  return window && new WindowMetrics(window, programs.zone, asOf, programs.program(version).lifecycle.atRiskDays);
}

/** One object of the parts, keys in the order of SPEC Appendix D. */
export function assemble(
  { asOf, mergeSameDay }: { asOf: number; mergeSameDay: boolean },
  ever: EverResult,
  inWindow: WindowResult | null,
  rfm: Record<string, number>,
): Metrics {
  const { buyers, purchases, orders, value, aov, repeatBuyers, repeatRate, funnel } = inWindow ?? ever.allTime;
  const { lifetimeValue, ...repurchase } = ever.repurchase;
  return {
    asOf: iso(asOf),
    window: inWindow?.window ?? null,
    mergeSameDay,
    ...ever.counted,
    ...{ buyers, purchases, orders, value, aov, repeatBuyers, repeatRate },
    ...repurchase,
    windowToWindow: inWindow?.windowToWindow ?? null,
    churn: inWindow?.churn ?? null,
    reactivation: inWindow?.reactivation ?? null,
    funnel,
    lifetimeValue,
    cohorts: ever.cohorts,
    ...ever.members,
    rfm,
    steps: ever.steps,
  };
}
