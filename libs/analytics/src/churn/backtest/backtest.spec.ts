import { seededRandom } from '../../../../../test/histories/seeded-random.js';
import { auc } from './auc.js';
import { backtest } from './backtest.js';
import { byRepeats, deciles } from './calibration.js';

const DAY = 86_400_000;
const START = 20_000;

function buyer(customerId: string, ...days: number[]) {
  const purchases = days.map((day, i) => ({
    orderId: `${customerId}-${i}`,
    paidAt: (START + day) * DAY,
    day: START + day,
    value: 100,
  }));
  return { customerId, purchases };
}

/** Regulars who buy every few weeks and people who stop soon. */
function shop() {
  const random = seededRandom(5);
  return Array.from({ length: 120 }, (_, i) => {
    const every = 10 + 40 * random.uniform();
    const until = i % 2 === 0 ? 400 : 60 * random.uniform();
    const days = [Math.floor(30 * random.uniform())];
    for (let day = days[0] + random.exponential(1 / every); day < until; day += random.exponential(1 / every)) {
      days.push(Math.ceil(day));
    }
    return buyer(`c-${i}`, ...new Set(days));
  });
}

describe('a backtest', () => {
  const result = backtest(shop(), { splitDay: START + 200, endDay: START + 399 });

  it('compares every model with what was bought from the split on', () => {
    expect(result).toMatchObject({ customers: 120, returnDays: 90 });
    expect(Object.keys(result.models)).toEqual(['bg-nbd', 'mbg-nbd', 'pareto-nbd']);
    for (const model of Object.values(result.models)) {
      if ('reason' in model) throw new Error(model.reason);
      expect(model.deciles).toHaveLength(10);
      expect(model.deciles.reduce((sum, { actual }) => sum + actual, 0)).toBe(result.actual);
      expect(model.byRepeats.reduce((sum, { predicted }) => sum + predicted, 0)).toBeCloseTo(model.predicted, 8);
      expect(model.predicted / result.actual).toBeGreaterThan(0.75);
      expect(model.predicted / result.actual).toBeLessThan(1.25);
      expect(model.auc).toBeGreaterThan(0.9);
    }
  });

  it('compares with the rule that 90 days without a purchase are the end', () => {
    const { stays, gone } = result.rule;
    expect(stays.customers + gone.customers).toBe(120);
    expect(stays.bought + gone.bought).toBe(result.returned);
    expect(result.rule.auc).toBeGreaterThan(0.8);
  });

  it('learns nothing from what came after the split', () => {
    const cut = shop().map(({ customerId, purchases }) => ({
      customerId,
      purchases: purchases.filter(({ day }) => day < START + 200),
    }));
    const without = backtest(cut, { splitDay: START + 200, endDay: START + 399 });
    expect(without.actual).toBe(0);
    for (const name of ['bg-nbd', 'mbg-nbd', 'pareto-nbd'] as const) {
      expect(without.models[name]).toMatchObject({ fit: (result.models[name] as { fit: object }).fit, auc: null });
    }
  });

  it('leaves out who came later, and says of each model why it cannot be fitted', () => {
    const few = [buyer('c-1', 1, 50), buyer('c-2', 60)];
    const { customers, actual, models } = backtest(few, {
      splitDay: START + 40,
      endDay: START + 99,
      models: ['mbg-nbd'],
    });
    expect({ customers, actual }).toEqual({ customers: 1, actual: 1 });
    expect(models['mbg-nbd']).toEqual({ reason: expect.stringMatching(/^cannot be fitted/) as string });
  });

  it('judges by a shorter time where there are no 90 days, and refuses where there is none', () => {
    const few = [buyer('c-1', 1, 50)];
    expect(backtest(few, { splitDay: START + 40, endDay: START + 59 }).returnDays).toBe(20);
    expect(() => backtest(few, { splitDay: START + 40, endDay: START + 39 })).toThrow(RangeError);
  });
});

describe('the area under the curve', () => {
  it('is 1 for a right order, 0 for the reverse, a half for no order', () => {
    const did = [false, false, true, true];
    expect(auc([1, 2, 3, 4], did)).toBe(1);
    expect(auc([4, 3, 2, 1], did)).toBe(0);
    expect(auc([1, 1, 1, 1], did)).toBe(0.5);
    expect(auc([1, 2, 2, 3], did)).toBe(0.875);
    expect(auc([1, 2], [true, true])).toBeNull();
  });
});

describe('calibration', () => {
  it('has as many groups as there are customers below ten', () => {
    expect(deciles([3, 1, 2], [0, 5, 7])).toEqual([
      { customers: 1, predicted: 1, actual: 5 },
      { customers: 1, predicted: 2, actual: 7 },
      { customers: 1, predicted: 3, actual: 0 },
    ]);
    expect(deciles(Array<number>(25).fill(1), Array<number>(25).fill(1)).map(({ customers }) => customers)).toEqual([
      2, 3, 2, 3, 2, 3, 2, 3, 2, 3,
    ]);
  });

  it('takes seven and more repeats together', () => {
    expect(byRepeats([0, 7, 12, 0], [1, 2, 3, 4], [1, 1, 1, 1])).toEqual([
      { repeats: 0, customers: 2, predicted: 5, actual: 2 },
      { repeats: 7, customers: 2, predicted: 5, actual: 2 },
    ]);
  });
});
