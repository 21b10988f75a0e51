import { byIntegral, bySeries, purchasesWhileAlive } from './purchases-while-alive.js';

describe('purchases while alive', () => {
  it('is a number where the usual ₂F₁ form is none: a < 1, a + b < 1 (SPEC §9)', () => {
    // BG/NBD r = 0.11, α = 2.24, a = 0.31, b = 0.5, T = 1, x = 0, t = 30
    expect(purchasesWhileAlive(0.11, 3.24, 0.31, 0.5, 30)).toBeCloseTo(0.564588615532785, 13);
  });

  it('has no poles at a = 1 and a + b = 1', () => {
    const around = (a: number, b: number) => [a - 1e-9, a, a + 1e-9].map((at) => purchasesWhileAlive(2, 10, at, b, 40));
    for (const [below, at, above] of [around(1, 2), around(0.4, 0.6)]) {
      expect(below).toBeCloseTo(at, 7);
      expect(above).toBeCloseTo(at, 7);
    }
  });

  it.each([
    [0.11, 13, 0.31, 0.5],
    [2, 5, 1, 1],
    [50, 0.3, 0.5, 3],
    [1e4, 0.1, 0.8, 1e4],
    [0.5, 1_000, 0.2, 0.3],
    [0.5, 10, 1e-4, 2],
  ])('is the same as series and as integral: shape %d, t ÷ rate %d, a %d, b %d', (shape, odds, a, b) => {
    expect(byIntegral(shape, odds, a, b) / bySeries(shape, odds, a, b)).toBeCloseTo(1, 9);
  });

  it('is rate × time for those who never drop out', () => {
    expect(purchasesWhileAlive(3, 10, 1e-9, 1e3, 20)).toBeCloseTo(6, 8);
  });

  it('ends for any horizon and any number of purchases', () => {
    for (const [shape, t] of [
      [1e6, 1e3],
      [0.2, 1e12],
      [1e9, 1e9],
    ]) {
      const value = purchasesWhileAlive(shape, 50, 0.8, 2.4, t);
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(Infinity);
    }
    expect(purchasesWhileAlive(1, 1, 1, 1, 0)).toBe(0);
    expect(purchasesWhileAlive(1, 100, 1, 1, Number.MIN_VALUE)).toBe(0);
  });
});
