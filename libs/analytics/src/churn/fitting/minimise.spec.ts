import { variancesAt } from './covariance.js';
import { minimise } from './minimise.js';

const OPTIONS = { steps: 500, tolerance: 1e-6 };

describe('the minimiser', () => {
  it('follows a bent valley to its end', () => {
    const rosenbrock = ([x, y]: readonly number[]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    const { at, converged } = minimise(rosenbrock, [-1.2, 1], OPTIONS);
    expect(converged).toBe(true);
    expect(at[0]).toBeCloseTo(1, 5);
    expect(at[1]).toBeCloseTo(1, 5);
  });

  it('does not walk through walls', () => {
    const walled = ([x]: readonly number[]) => (x < 0 ? NaN : (x - 0.1) ** 2);
    expect(minimise(walled, [5], OPTIONS).at[0]).toBeCloseTo(0.1, 5);
  });

  it('ends where there is no end to reach', () => {
    expect(minimise(([x]) => -x, [0], { steps: 50, tolerance: 1e-6 }).converged).toBe(false);
    expect(minimise(() => NaN, [0], OPTIONS)).toMatchObject({ converged: false, value: Infinity });
    expect(minimise(() => 7, [3], OPTIONS)).toMatchObject({ at: [3], converged: true });
  });
});

describe('variances', () => {
  it('are those of the inverse Hessian', () => {
    // Hessian [[4, 1], [1, 3]], inverse [[3, −1], [−1, 4]] ÷ 11
    const bowl = ([x, y]: readonly number[]) => 2 * x * x + x * y + 1.5 * y * y;
    const [ofX, ofY] = variancesAt(bowl, [0, 0])!;
    expect(ofX).toBeCloseTo(3 / 11, 6);
    expect(ofY).toBeCloseTo(4 / 11, 6);
  });

  it('are none where a direction is flat', () => {
    expect(variancesAt(([x, y]) => (x + y) ** 2, [0, 0])).toBeNull();
  });
});
