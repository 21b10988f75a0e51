import { compress, type History } from '../histories/history.js';
import { PURCHASE_MODELS } from '../models/purchase-model.js';
import { purchaseModel } from '../models/registry.js';
import { seededRandom } from '../../../../../test/histories/seeded-random.js';
import { simulate } from '../../../../../test/histories/simulated-buyers.js';
import { fitPurchases } from './fit-purchases.js';
import { fitSpend } from './fit-spend.js';

const once = (T: number): History => ({ x: 0, tx: 0, T });

describe.each(PURCHASE_MODELS)('fitting %s', (name) => {
  const model = purchaseModel(name);
  const fit = (histories: readonly History[]) => fitPurchases(model, compress(histories));

  it('finds the parameters that customers were made with', () => {
    const made = name === 'pareto-nbd' ? [1.2, 60, 1.5, 150] : [1.2, 60, 1, 2.5];
    const histories = simulate(name, made, { customers: 500, days: 365, random: seededRandom(7) });
    const result = fitPurchases(model, compress(histories), 1);
    if (!result.ok) throw new Error(result.reason);
    const { parameters, standardErrors, cautions } = result.fit;
    expect(cautions).toEqual([]);
    model.parameterNames.forEach((parameter, i) => {
      expect(Math.abs(parameters[parameter] - made[i]) / standardErrors![parameter]).toBeLessThan(4);
    });
  });

  it.each<[string, History[], RegExp]>([
    ['nobody', [], /^cannot be fitted: nobody has bought anything/],
    ['everybody bought once', [once(10), once(20), once(300)], /bought on a second day/],
    ['everybody bought for the first time today', [once(0), once(0)], /first time on the last day/],
    ['one customer', [{ x: 3, tx: 20, T: 40 }], /only 1 customer has bought on a second day/],
  ])('says why not: %s', (_what, histories, why) => {
    const result = fit(histories);
    expect(result.ok).toBe(false);
    expect(result.ok ? '' : result.reason).toMatch(why);
  });

  it.each<[string, History[]]>([
    [
      'all T equal',
      Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? { x: 1 + (i % 4), tx: 5 + i, T: 100 } : once(100))),
    ],
    ['t_x = T for everybody', Array.from({ length: 20 }, (_, i) => ({ x: 1 + i, tx: 50 + i, T: 50 + i }))],
    [
      'one with a huge x',
      [...Array.from({ length: 20 }, (_, i) => ({ x: 1 + (i % 3), tx: 20 + i, T: 90 })), { x: 50_000, tx: 89, T: 90 }],
    ],
    ['all alike', Array.from({ length: 50 }, () => ({ x: 4, tx: 40, T: 50 }))],
    ['everybody bought a second time at once', Array.from({ length: 30 }, (_, i) => ({ x: 1, tx: 1, T: 10 + i }))],
  ])('gives numbers, with a caution where due: %s', (_what, histories) => {
    const result = fit(histories);
    if (!result.ok) throw new Error(result.reason);
    const { parameters, logLikelihood, standardErrors, cautions } = result.fit;
    for (const value of [...Object.values(parameters), logLikelihood, ...Object.values(standardErrors ?? {})]) {
      expect(Number.isFinite(value)).toBe(true);
    }
    expect(cautions.length > 0).toBe(standardErrors === null);
    const values = model.parameterNames.map((parameter) => parameters[parameter]);
    for (const { x, tx, T } of histories) {
      const history = { x, tx: tx / 7, T: T / 7 };
      expect(model.probabilityAlive(values, history)).toBeGreaterThanOrEqual(0);
      expect(model.probabilityAlive(values, history)).toBeLessThanOrEqual(1);
      expect(Number.isFinite(model.purchasesIfAlive(values, history, 52))).toBe(true);
    }
  });

  it('says the same in days and in weeks, but for their rounding', () => {
    const histories = simulate(name, name === 'pareto-nbd' ? [1, 50, 1, 100] : [1, 50, 1, 2], {
      customers: 100,
      days: 300,
      random: seededRandom(3),
    });
    const table = compress(histories);
    const [days, weeks] = [1, 7].map((unit) => fitPurchases(model, table, unit));
    if (!days.ok || !weeks.ok) throw new Error('not fitted');
    const purchases = histories.reduce((sum, { x }) => sum + x, 0);
    expect((weeks.fit.parameters.alpha * 7) / days.fit.parameters.alpha).toBeCloseTo(1, 2);
    expect(weeks.fit.parameters.r / days.fit.parameters.r).toBeCloseTo(1, 2);
    const logLikelihood = days.fit.logLikelihood + purchases * Math.log(7);
    expect(weeks.fit.logLikelihood / logLikelihood).toBeCloseTo(1, 3);
  });
});

describe('fitting Gamma-Gamma', () => {
  it('finds the parameters that values were made with', () => {
    const random = seededRandom(11);
    const [p, q, v] = [4, 4, 1_000];
    const histories = Array.from({ length: 4_000 }, (_, i) => {
      const x = 1 + (i % 5);
      const nu = random.gamma(q) / v;
      return { x, mean: random.gamma(p * x) / nu / x };
    });
    const result = fitSpend(histories, 1);
    if (!result.ok) throw new Error(result.reason);
    const { parameters, standardErrors } = result.fit;
    expect(Math.abs(parameters.p - p) / standardErrors!.p).toBeLessThan(4);
    expect(Math.abs(parameters.q - q) / standardErrors!.q).toBeLessThan(4);
    expect(Math.abs(parameters.v - v) / standardErrors!.v).toBeLessThan(4);
  });

  it('says why not', () => {
    const reason = (result: ReturnType<typeof fitSpend>) => (result.ok ? '' : result.reason);
    expect(reason(fitSpend([], 100))).toMatch(/^cannot be fitted: 0 repeat buyers with a value/);
    expect(
      reason(
        fitSpend(
          Array.from({ length: 9 }, () => ({ x: 2, mean: 0 })),
          100,
        ),
      ),
    ).toMatch(/0 repeat buyers/);
    expect(
      reason(
        fitSpend(
          Array.from({ length: 9 }, () => ({ x: 2, mean: 500 })),
          100,
        ),
      ),
    ).toMatch(/worth the same/);
  });
});
