import fc from 'fast-check';
import {
  arbitraryCustomers as customers,
  arbitraryWindow as window,
  asOf,
  LAST_DAY,
  programs,
} from '../../../test/histories/arbitrary-customers.js';
import type { CustomerSnapshot } from './customers/customer-snapshot.js';
import type { Metrics } from './metrics.js';
import { MetricsBuilder } from './metrics-builder.js';
import type { DayWindow } from './repurchase/window.js';
import { rfm } from './rfm/rfm.js';

function metricsOf(all: readonly CustomerSnapshot[], within: DayWindow | null, mergeSameDay = true): Metrics {
  const builder = new MetricsBuilder({ asOf, window: within, mergeSameDay, programs, version: 0 });
  for (const one of all) builder.add(one);
  return builder.result();
}

describe('metrics of any customers', () => {
  it('do not depend on the order in which they come', () => {
    const shuffled = customers.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.option(window), fc.boolean(), ([all, reordered], within, merged) => {
        const text = (some: CustomerSnapshot[]) => JSON.stringify(metricsOf(some, within, merged));
        expect(text(reordered)).toBe(text(all));
      }),
    );
  });

  it('add up over windows that meet, where they count purchases', () => {
    fc.assert(
      fc.property(customers, window, fc.integer({ min: 1, max: 200 }), fc.boolean(), (all, first, length, merged) => {
        const second = { from: first.to, to: first.to + length };
        const [a, b] = [metricsOf(all, first, merged), metricsOf(all, second, merged)];
        const both = metricsOf(all, { from: first.from, to: second.to }, merged);
        for (const part of ['purchases', 'orders', 'value'] as const) expect(both[part]).toBe(a[part] + b[part]);
        expect(both.buyers).toBeGreaterThanOrEqual(Math.max(a.buyers, b.buyers));
        expect(both.buyers).toBeLessThanOrEqual(a.buyers + b.buyers);
      }),
    );
  });

  it('agree with each other', () => {
    fc.assert(
      fc.property(customers, fc.option(window), fc.boolean(), (all, within, merged) => {
        const m = metricsOf(all, within, merged);
        const ever = metricsOf(all, null, merged);
        const cells = m.cohorts.flatMap(({ months }) => months);
        const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
        expect(sum(cells.map(({ value }) => value))).toBe(m.lifetimeValue.value);
        expect(sum(m.cohorts.map(({ size }) => size))).toBe(m.buyersEver);
        expect(sum(Object.values(m.rfm))).toBe(m.buyersEver);
        expect(sum(Object.values(m.stages))).toBe(m.customers);
        expect([ever.buyers, ever.value]).toEqual([m.buyersEver, m.lifetimeValue.value]);
        expect(ever.purchases - ever.buyers).toBe(m.interval.count);
        expect(m.repeatBuyers).toBeLessThanOrEqual(m.buyers);
        for (const step of Object.values(m.steps)) {
          expect(step.treated.customers + step.control.customers + step.suppressed).toBe(step.due);
          expect(step.control.customers).toBe(step.heldOut);
        }
      }),
    );
  });

  it('count no more passing than was within, and no more coming back than was beyond', () => {
    fc.assert(
      fc.property(customers, window, (all, within) => {
        const { churn, reactivation } = metricsOf(all, within);
        expect(churn!.passed).toBeLessThanOrEqual(churn!.within);
        expect(reactivation!.bought).toBeLessThanOrEqual(reactivation!.beyond);
        expect(reactivation!.beyond).toBeGreaterThanOrEqual(churn!.passed);
      }),
    );
  });

  it('count in RFM cells the customers whom the list of scores names', () => {
    fc.assert(
      fc.property(customers, (all) => {
        const cells: Record<string, number> = {};
        for (const { r, f, m } of rfm(all, LAST_DAY)) cells[`${r}${f}${m}`] = (cells[`${r}${f}${m}`] ?? 0) + 1;
        expect(cells).toEqual(metricsOf(all, null).rfm);
      }),
    );
  });
});
