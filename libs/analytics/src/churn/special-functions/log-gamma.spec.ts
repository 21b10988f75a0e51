import { logBeta, logDifference, logGamma, logSumExp } from './log-gamma.js';

describe('ln Γ', () => {
  it('is that of factorials and of halves', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; factorial *= n++) expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 13);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14);
    expect(logGamma(50.5)).toBeCloseTo(146.51925549072064, 12);
    expect(logGamma(1e5) / 1051287.7089736569).toBeCloseTo(1, 15);
    expect(logGamma(1e-5)).toBeCloseTo(11.512919692895826, 13);
  });

  it('grows by ln x when x grows by 1, across the change of method too', () => {
    for (const x of [1e-8, 0.3, 8.999, 9, 9.5, 10, 123.4]) {
      expect(logGamma(x + 1) - logGamma(x)).toBeCloseTo(Math.log(x), 12);
    }
  });

  it('is refused where Γ has poles, and for what is no number', () => {
    for (const x of [0, -1, NaN]) expect(() => logGamma(x)).toThrow(RangeError);
  });

  it('gives ln B', () => {
    expect(logBeta(2, 3)).toBeCloseTo(Math.log(1 / 12), 14);
  });
});

describe('sums and differences of logarithms', () => {
  it('bear numbers that no double holds', () => {
    expect(logSumExp(-5_000, -5_000)).toBeCloseTo(-5_000 + Math.LN2, 12);
    expect(logSumExp(3, -Infinity)).toBe(3);
    expect(logSumExp(-Infinity, -Infinity)).toBe(-Infinity);
    expect(logDifference(-5_000, -5_001)).toBeCloseTo(-5_000 + Math.log(1 - Math.exp(-1)), 12);
    expect(logDifference(2, 2)).toBe(-Infinity);
    expect(logDifference(2, 2.0000001)).toBe(-Infinity);
  });
});
