import { buyingDays } from '../../customers/buying-days.js';
import type { CustomerSnapshot } from '../../customers/customer-snapshot.js';
import { fitPurchases, type PurchaseFit } from '../fitting/fit-purchases.js';
import { compress } from '../histories/history.js';
import { type BuyerHistory, summarise } from '../histories/summarise.js';
import { PURCHASE_MODELS, type PurchaseModelName } from '../models/purchase-model.js';
import { purchaseModel } from '../models/registry.js';
import { Scorer } from '../scoring/scorer.js';
import { auc } from './auc.js';
import { byRepeats, type CalibrationGroup, deciles } from './calibration.js';

/** Whether somebody "buys within 90 days" is what scores are ranked by. */
export const RETURN_DAYS = 90;

/** How well one model foretold the second part of the history from the first. */
export interface ModelBacktest {
  fit: PurchaseFit;
  /** Purchase days of all customers in the second part. */
  predicted: number;
  /** Mean of |predicted − actual| over customers. */
  meanAbsoluteError: number;
  /** Of "buys within `returnDays`", by the purchases expected in them; null where all did, or none. */
  auc: number | null;
  deciles: CalibrationGroup[];
  byRepeats: (CalibrationGroup & { repeats: number })[];
}

/** The rule to beat: whoever has not bought for more than 90 days is gone. */
export interface RuleBacktest {
  auc: number | null;
  stays: { customers: number; bought: number };
  gone: { customers: number; bought: number };
}

export interface Backtest {
  /** First day of the second part, and the last day of it. */
  splitDay: number;
  endDay: number;
  /** Shorter than 90 where the second part is. */
  returnDays: number;
  /** Who had bought before the split. */
  customers: number;
  /** Purchase days in the second part, and customers who bought within `returnDays`. */
  actual: number;
  returned: number;
  models: Partial<Record<PurchaseModelName, ModelBacktest | { reason: string }>>;
  rule: RuleBacktest;
}

export interface BacktestOptions {
  splitDay: number;
  endDay: number;
  models?: readonly PurchaseModelName[];
}

interface Watched extends BuyerHistory {
  /** Purchase days in the second part. */
  later: number;
  returned: boolean;
}

/**
 * Fits models on what was bought before a day, and compares what they expect with what was bought from then on (SPEC
 * §9). Customers whose first purchase came later are left out.
 * @throws RangeError when the second part has no day.
 */
export function backtest(
  customers: Iterable<Pick<CustomerSnapshot, 'customerId' | 'purchases'>>,
  { splitDay, endDay, models = PURCHASE_MODELS }: BacktestOptions,
): Backtest {
  const days = endDay - splitDay + 1;
  if (!(days >= 1)) throw new RangeError(`Nothing is left to compare with from day ${splitDay} to day ${endDay}`);
  const returnDays = Math.min(RETURN_DAYS, days);
  const watched = [...watch(customers, splitDay, endDay, returnDays)];
  const table = compress(watched);
  const results = models.map((name): [PurchaseModelName, ModelBacktest | { reason: string }] => {
    const result = fitPurchases(purchaseModel(name), table);
    return [name, result.ok ? compare(result.fit, watched, days, returnDays) : { reason: result.reason }];
  });
  return {
    splitDay,
    endDay,
    returnDays,
    customers: watched.length,
    actual: watched.reduce((sum, { later }) => sum + later, 0),
    returned: watched.filter(({ returned }) => returned).length,
    models: Object.fromEntries(results),
    rule: judgeByRule(watched),
  };
}

function* watch(
  customers: Iterable<Pick<CustomerSnapshot, 'customerId' | 'purchases'>>,
  splitDay: number,
  endDay: number,
  returnDays: number,
): Generator<Watched> {
  for (const customer of customers) {
    const history = summarise(customer, splitDay - 1);
    if (history === null) continue;
    const after = buyingDays(customer.purchases, true).filter(({ day }) => day >= splitDay && day <= endDay);
    yield { ...history, later: after.length, returned: after.length > 0 && after[0].day < splitDay + returnDays };
  }
}

function compare(fit: PurchaseFit, watched: readonly Watched[], days: number, returnDays: number): ModelBacktest {
  const scorer = new Scorer(fit, null);
  const predicted = watched.map((history) => scorer.expectedOrders(history, days));
  const actual = watched.map(({ later }) => later);
  const soon = returnDays === days ? predicted : watched.map((history) => scorer.expectedOrders(history, returnDays));
  return {
    fit,
    predicted: predicted.reduce((sum, orders) => sum + orders, 0),
    meanAbsoluteError: predicted.reduce((sum, orders, i) => sum + Math.abs(orders - actual[i]), 0) / watched.length,
    auc: auc(
      soon,
      watched.map(({ returned }) => returned),
    ),
    deciles: deciles(predicted, actual),
    byRepeats: byRepeats(
      watched.map(({ x }) => x),
      predicted,
      actual,
    ),
  };
}

function judgeByRule(watched: readonly Watched[]): RuleBacktest {
  const isGone = ({ T, tx }: Watched) => T - tx > RETURN_DAYS;
  const tally = (list: readonly Watched[]) => ({
    customers: list.length,
    bought: list.filter(({ returned }) => returned).length,
  });
  return {
    auc: auc(
      watched.map((history) => (isGone(history) ? 0 : 1)),
      watched.map(({ returned }) => returned),
    ),
    stays: tally(watched.filter((history) => !isGone(history))),
    gone: tally(watched.filter(isGone)),
  };
}
