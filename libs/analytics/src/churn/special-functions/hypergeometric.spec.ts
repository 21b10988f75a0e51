import { logHypergeometricOne } from './hypergeometric.js';

/** The defining series, which is slow near 1 and right. */
function series(b: number, c: number, z: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 0; term > 1e-17 * sum; n++) sum += term *= ((b + n) / (c + n)) * z;
  return Math.log(sum);
}

describe('ln ₂F₁(1, b; c; z)', () => {
  it('is known in closed form for (1, 1; 2)', () => {
    for (const z of [1e-9, 0.2, 0.9, 0.999999]) {
      expect(logHypergeometricOne(1, 2, z)).toBeCloseTo(Math.log(-Math.log1p(-z) / z), 12);
    }
    expect(logHypergeometricOne(1, 2, 0)).toBe(0);
  });

  it.each([
    [0.55, 2.1, 0.9],
    [5, 7, 0.99],
    [1_000, 1_002, 0.7],
    [1e5, 1e5 + 1.1, 0.999],
    [0.01, 1.02, 0.9999],
  ])('agrees with the series at (1, %d; %d; %d)', (b, c, z) => {
    expect(logHypergeometricOne(b, c, z)).toBeCloseTo(series(b, c, z), 10);
  });

  it('goes on nearer to 1 than a double can', () => {
    // At 1: (c − 1) ÷ (c − 1 − b)
    expect(logHypergeometricOne(0.5, 2.5, 1, 1e-14)).toBeCloseTo(Math.log(1.5), 6);
    // For c = 2, b = 1: −ln(1 − z), however far out.
    expect(logHypergeometricOne(1, 2, 1, 1e-40)).toBeCloseTo(Math.log(40 * Math.LN10), 9);
  });

  it('is refused outside its domain', () => {
    expect(() => logHypergeometricOne(2, 1, 0.5)).toThrow(RangeError);
    expect(() => logHypergeometricOne(1, 2, 1)).toThrow(RangeError);
    expect(() => logHypergeometricOne(1, NaN, 0.5)).toThrow(RangeError);
  });
});
