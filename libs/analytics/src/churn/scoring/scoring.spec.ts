import type { PurchaseFit } from '../fitting/fit-purchases.js';
import type { SpendFit } from '../fitting/fit-spend.js';
import { discountedPurchases } from './horizons.js';
import { Scorer } from './scorer.js';

const about = { standardErrors: null, logLikelihood: 0, customers: 2_357, repeatBuyers: 946, cautions: [] };
const fit: PurchaseFit = {
  ...about,
  model: 'bg-nbd',
  unitDays: 7,
  parameters: { r: 0.2426, alpha: 4.4135, a: 0.7929, b: 2.4258 },
};
const spend: SpendFit = {
  ...about,
  model: 'gamma-gamma',
  unitMoney: 100,
  parameters: { p: 6.2488, q: 3.7446, v: 15.4477 },
};
const history = { x: 2, tx: 213, T: 272, meanValue: 2_235 };

describe('a score', () => {
  it('says what is expected, with times in days though the parameters are in weeks', () => {
    const score = new Scorer(fit, spend).score(history);
    expect(score.probabilityAlive).toBeCloseTo(0.7266, 4);
    expect(new Scorer(fit, null).expectedOrders(history, 39 * 7)).toBeCloseTo(1.2259, 3);
    expect(score.expectedOrders[90]).toBeLessThan(score.expectedOrders[365]);
    expect(score.expectedSpend! / 100).toBeCloseTo((6.2488 * (15.4477 + 44.7)) / (2 * 6.2488 + 2.7446), 10);
    expect(score.expectedValue![90]).toBeCloseTo(score.expectedOrders[90] * score.expectedSpend!, 10);
    expect(score.lifetimeValue!).toBeGreaterThan(score.expectedValue![365] * 0.9);
  });

  it('is the same whomever was scored before', () => {
    const scorer = new Scorer(fit, spend);
    scorer.score({ ...history, tx: 20 });
    expect(scorer.score(history)).toEqual(new Scorer(fit, spend).score(history));
  });

  it('has no values without a value model, nor where the mean is infinite', () => {
    expect(new Scorer(fit, null).score(history)).toMatchObject({
      expectedSpend: null,
      expectedValue: null,
      lifetimeValue: null,
    });
    const heavy: SpendFit = { ...spend, parameters: { p: 2, q: 0.9, v: 10 } };
    expect(new Scorer(fit, heavy).score({ x: 0, tx: 0, T: 9, meanValue: null }).expectedValue).toBeNull();
    expect(new Scorer(fit, heavy).score({ x: 3, tx: 4, T: 9, meanValue: 0 }).expectedValue).toBeNull();
  });
});

describe('discounting', () => {
  const daily = (days: number) => days;

  it('changes nothing at a rate of 0', () => {
    expect(discountedPurchases(daily, { years: 2, annualRate: 0 })).toBeCloseTo(730, 9);
  });

  it('counts a purchase in a year for 1 ÷ (1 + rate)', () => {
    const late = (days: number) => (days > 350 ? 1 : 0);
    expect(discountedPurchases(late, { years: 2, annualRate: 0.1 })).toBeCloseTo(1 / 1.1 ** (345 / 365), 6);
  });

  it('refuses what is no rate or no time', () => {
    expect(() => discountedPurchases(daily, { years: 0, annualRate: 0.1 })).toThrow(RangeError);
    expect(() => discountedPurchases(daily, { years: 1, annualRate: -1 })).toThrow(RangeError);
  });
});
