import { logBeta } from './log-gamma.js';
import { logIntegral } from './quadrature.js';

describe('double-exponential quadrature', () => {
  it.each([
    [1, 1],
    [0.5, 0.5],
    [3, 7],
    [1e-3, 2],
    [1e-5, 1e-5],
    [1e4, 2],
    [300, 400],
  ])('gives B(%d, %d), however singular its ends are', (a, b) => {
    const value = logIntegral((logT, logRest) => (a - 1) * logT + (b - 1) * logRest);
    expect(value).toBeCloseTo(logBeta(a, b), 9);
  });

  it('gives nothing for nothing', () => {
    expect(logIntegral(() => -Infinity)).toBe(-Infinity);
  });
});
