import { compressSpend, expectedSpend, spendLogLikelihood } from './gamma-gamma.js';

const CDNOW = [6.2488, 3.7446, 15.4477] as const;

describe('Gamma-Gamma', () => {
  it('lies between what the customer spent and what all do, nearer to the former with more purchases', () => {
    const everybody = expectedSpend(CDNOW, null)!;
    expect(everybody).toBeCloseTo((6.2488 * 15.4477) / 2.7446, 10);
    const [once, often] = [1, 20].map((x) => expectedSpend(CDNOW, { x, mean: 100 })!);
    expect(once).toBeGreaterThan(everybody);
    expect(often).toBeGreaterThan(once);
    expect(often).toBeLessThan(100);
  });

  it('has no mean to tell where it is infinite', () => {
    expect(expectedSpend([2, 0.9, 15], null)).toBeNull();
    expect(expectedSpend([2, 0.9, 15], { x: 1, mean: 10 })).toBeCloseTo((2 * 25) / 1.9, 12);
  });

  it('counts equal customers as often as they occur', () => {
    const spend = { x: 2, mean: 30 };
    const one = spendLogLikelihood(CDNOW, compressSpend([spend]));
    const table = compressSpend([spend, spend, spend]);
    expect(table).toMatchObject({ rows: 1, customers: 3 });
    expect(spendLogLikelihood(CDNOW, table)).toBeCloseTo(3 * one, 12);
  });

  it('has the density of its definition for one purchase with p = q = 1: v ÷ (v + z)²', () => {
    const density = spendLogLikelihood([1, 1, 5], compressSpend([{ x: 1, mean: 3 }]));
    expect(density).toBeCloseTo(Math.log(5 / 64), 13);
  });

  it('refuses what is no spend', () => {
    for (const spend of [
      { x: 0, mean: 1 },
      { x: 1, mean: 0 },
      { x: 1.5, mean: 1 },
      { x: 1, mean: NaN },
    ]) {
      expect(() => compressSpend([spend])).toThrow(RangeError);
    }
  });
});
