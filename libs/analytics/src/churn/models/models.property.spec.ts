import fc from 'fast-check';
import type { History } from '../histories/history.js';
import { expectedPurchases, PURCHASE_MODELS } from './purchase-model.js';
import { purchaseModel } from './registry.js';

const parameter = fc.double({ min: Math.log(1e-3), max: Math.log(200), noNaN: true }).map(Math.exp);
const parameters = fc.tuple(parameter, parameter, parameter, parameter);
const history: fc.Arbitrary<History> = fc
  .tuple(
    fc.integer({ min: 0, max: 400 }),
    fc.double({ min: 0.01, max: 1, noNaN: true }),
    fc.integer({ min: 1, max: 1_500 }),
  )
  .map(([x, share, T]) => ({ x, tx: x === 0 ? 0 : share * T, T }));
const horizon = fc.double({ min: 0, max: 2_000, noNaN: true });
const RUNS = { numRuns: 200 };
/** What sums of many terms may be off by. */
const rounding = (value: number) => 1e-9 * (1 + Math.abs(value));

describe.each(PURCHASE_MODELS)('%s', (name) => {
  const model = purchaseModel(name);

  it('has P(alive) in [0, 1], falling as time passes without a purchase', () => {
    fc.assert(
      fc.property(parameters, history, fc.double({ min: 0, max: 1_000, noNaN: true }), (values, h, longer) => {
        const now = model.probabilityAlive(values, h);
        const later = model.probabilityAlive(values, { ...h, T: h.T + longer });
        expect(now).toBeGreaterThanOrEqual(0);
        expect(now).toBeLessThanOrEqual(1);
        expect(later).toBeLessThanOrEqual(now + 1e-9);
      }),
      RUNS,
    );
  });

  it('expects a finite number of purchases, no fewer within a longer horizon', () => {
    fc.assert(
      fc.property(parameters, history, horizon, horizon, (values, h, one, other) => {
        const [near, far] = [Math.min(one, other), Math.max(one, other)];
        const sooner = expectedPurchases(model, values, h, near);
        const later = expectedPurchases(model, values, h, far);
        expect(sooner).toBeGreaterThanOrEqual(0);
        expect(later).toBeLessThan(Infinity);
        expect(later).toBeGreaterThanOrEqual(sooner - rounding(sooner));
      }),
      RUNS,
    );
  });

  it('gives each number of purchases a probability; they sum to 1 and their mean is what is expected', () => {
    // Few enough purchases that 100 numbers are as good as all.
    const modest = fc.tuple(
      fc.double({ min: 0.05, max: 3, noNaN: true }),
      fc.double({ min: 2, max: 20, noNaN: true }),
      fc.double({ min: 0.05, max: 5, noNaN: true }),
      fc.double({ min: 0.05, max: 20, noNaN: true }),
    );
    fc.assert(
      fc.property(modest, fc.double({ min: 0.1, max: 5, noNaN: true }), (values, t) => {
        const probabilities = model.purchaseDistribution(values, t, 100);
        for (const p of probabilities) expect(p).toBeGreaterThanOrEqual(0);
        expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
        const mean = probabilities.reduce((sum, p, n) => sum + n * p, 0);
        expect(mean / model.newCustomerPurchases(values, t)).toBeCloseTo(1, 5);
      }),
      { numRuns: 8 },
    );
  });

  it('has nothing to say about no time', () => {
    const values = [0.5, 6, 0.9, 1.6];
    expect(model.purchaseDistribution(values, 0, 2)[2]).toBe(0);
    expect(model.newCustomerPurchases(values, 0)).toBe(0);
    expect(expectedPurchases(model, values, { x: 2, tx: 1, T: 1 }, 0)).toBe(0);
  });
});
