import { compress } from '../histories/history.js';
import { logGamma } from '../special-functions/log-gamma.js';
import { logIntegral } from '../special-functions/quadrature.js';
import { expectedPurchases, PURCHASE_MODELS } from './purchase-model.js';
import { purchaseModel } from './registry.js';

const CDNOW_BG = [0.2426, 4.4135, 0.7929, 2.4258];
const likelihood = (name: (typeof PURCHASE_MODELS)[number], values: number[], x: number, tx: number, T: number) =>
  purchaseModel(name).logLikelihood(values, compress([{ x, tx, T }]));

describe('BG/NBD', () => {
  const model = purchaseModel('bg-nbd');

  it('gives the published conditional expectation and P(alive) (SPEC §9)', () => {
    const history = { x: 2, tx: 30.43, T: 38.86 };
    expect(expectedPurchases(model, CDNOW_BG, history, 39)).toBeCloseTo(1.2259, 4);
    expect(model.probabilityAlive(CDNOW_BG, history)).toBeCloseTo(0.7266, 4);
  });

  it('expects a number where ₂F₁ by its series is none: a < 1, a + b + x < 1 (SPEC §9)', () => {
    const history = { x: 0, tx: 0, T: 1 };
    expect(expectedPurchases(model, [0.11, 2.24, 0.31, 0.5], history, 30)).toBeCloseTo(0.564588615532785, 13);
  });

  it('takes whoever bought once to be alive, which MBG/NBD does not', () => {
    const once = { x: 0, tx: 0, T: 500 };
    expect(model.probabilityAlive(CDNOW_BG, once)).toBe(1);
    expect(purchaseModel('mbg-nbd').probabilityAlive([0.5248, 6.183, 0.8914, 1.614], once)).toBeLessThan(0.2);
  });

  it('has the likelihood of its definition', () => {
    // p = 0 and p = 1 left: with B(a, b) of both ends, by hand for x = 1.
    const [r, alpha, a, b] = [1, 2, 1, 1];
    // ∫ λ e^{−λT} + p λ e^{−λ t_x} over λ ~ Gamma(1, 2), p ~ U(0, 1), where going on has 1 − p
    const alive = (1 / 2) * (2 / (2 + 10) ** 2);
    const stopped = (1 / 2) * (2 / (2 + 4) ** 2);
    expect(likelihood('bg-nbd', [r, alpha, a, b], 1, 4, 10)).toBeCloseTo(Math.log(alive + stopped), 13);
  });
});

describe('Pareto/NBD', () => {
  const model = purchaseModel('pareto-nbd');

  /** L by its definition: over the moment of leaving, everything else in closed form. */
  function byIntegral([r, alpha, s, beta]: number[], x: number, tx: number, T: number): number {
    const gammaPart = logGamma(r + x) - logGamma(r) + r * Math.log(alpha);
    const lives = -(r + x) * Math.log(alpha + T) + s * Math.log(beta / (beta + T));
    const leaves = logIntegral((logU) => {
      const tau = tx + (T - tx) * Math.exp(logU);
      const left = Math.log(s) + s * Math.log(beta) - (s + 1) * Math.log(beta + tau);
      return Math.log(T - tx) - (r + x) * Math.log(alpha + tau) + left;
    });
    return gammaPart + Math.log(Math.exp(lives) + Math.exp(leaves));
  }

  it.each([
    { values: [0.5533, 10.578, 0.6062, 11.668] },
    { values: [0.5533, 11.668, 0.6062, 10.578] },
    { values: [2, 5, 3, 5] },
    { values: [0.8, 300, 0.02, 0.4] },
  ])('has the likelihood of its definition at $values, α above, below and equal to β', ({ values }) => {
    for (const [x, tx, T] of [
      [0, 0, 38.86],
      [1, 1.71, 38.86],
      [7, 20, 21],
      [20, 38, 38.86],
    ]) {
      expect(likelihood('pareto-nbd', values, x, tx, T)).toBeCloseTo(byIntegral(values, x, tx, T), 9);
    }
  });

  it('is a limit at s = 1, not a division by zero', () => {
    const at = (s: number) => model.newCustomerPurchases([0.5, 10, s, 12], 52);
    expect(at(1)).toBeCloseTo((at(1 - 1e-6) + at(1 + 1e-6)) / 2, 8);
  });
});

describe.each(PURCHASE_MODELS)('%s', (name) => {
  const model = purchaseModel(name);

  it('has numbers at the ends of what histories can be', () => {
    const values = [0.5, 6, 0.9, 1.6];
    for (const history of [
      { x: 100_000, tx: 3_000, T: 3_000 },
      { x: 3, tx: 20, T: 20 },
      { x: 1, tx: 1, T: 1e7 },
      { x: 0, tx: 0, T: 0 },
    ]) {
      const alive = model.probabilityAlive(values, history);
      expect(alive).toBeGreaterThanOrEqual(0);
      expect(alive).toBeLessThanOrEqual(1);
      expect(expectedPurchases(model, values, history, 52)).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(model.logLikelihood(values, compress([history])))).toBe(true);
    }
  });

  it('counts equal histories as often as they occur', () => {
    const values = [0.5, 6, 0.9, 1.6];
    const [one, other] = [
      { x: 2, tx: 5, T: 9 },
      { x: 0, tx: 0, T: 9 },
    ];
    const together = model.logLikelihood(values, compress([one, other, one]));
    const apart = 2 * model.logLikelihood(values, compress([one])) + model.logLikelihood(values, compress([other]));
    expect(together).toBeCloseTo(apart, 12);
  });
});
