import { DAY_STEP, discountedPurchases, type Discounting, HORIZONS, type HorizonDays } from './horizons.js';
import type { PurchaseFit } from '../fitting/fit-purchases.js';
import type { SpendFit } from '../fitting/fit-spend.js';
import { inUnits } from '../histories/history.js';
import type { BuyerHistory } from '../histories/summarise.js';
import { expectedSpend } from '../models/gamma-gamma.js';
import type { Parameters, PurchaseModel } from '../models/purchase-model.js';
import { purchaseModel } from '../models/registry.js';

/** What is expected of one customer. */
export interface Score {
  probabilityAlive: number;
  /** Purchase days expected within so many days from now. */
  expectedOrders: Record<HorizonDays, number>;
  /** Value of one further purchase day, in minor units; null without a value model, or where its mean is infinite. */
  expectedSpend: number | null;
  /** Value expected within so many days, in minor units. */
  expectedValue: Record<HorizonDays, number> | null;
  /** Present value of all that is expected within the years looked at, in minor units. */
  lifetimeValue: number | null;
}

/** What is expected of a customer if alive: the same for all with one (x, T), so it is worked out once. */
interface IfAlive {
  orders: Record<HorizonDays, number>;
  discounted: number;
}

export const DISCOUNTING: Discounting = { years: 3, annualRate: 0.1 };

/** Scores histories by a fit (SPEC §9). Keeps what it has worked out; make a new one for another fit. */
export class Scorer {
  private readonly model: PurchaseModel;
  private readonly parameters: Parameters;
  private readonly spendParameters: readonly [number, number, number] | null;
  private readonly known = new Map<number, Map<number, IfAlive>>();

  /**
   * @param spend null = no values.
   * @param discounting how far ahead the lifetime value looks, and how much less a later purchase is worth.
   */
  constructor(
    private readonly fit: PurchaseFit,
    private readonly spend: SpendFit | null,
    private readonly discounting: Discounting = DISCOUNTING,
  ) {
    this.model = purchaseModel(fit.model);
    this.parameters = this.model.parameterNames.map((name) => fit.parameters[name]);
    this.spendParameters = spend && [spend.parameters.p, spend.parameters.q, spend.parameters.v];
  }

  /** @param history times in days, values in minor units. */
  score(history: Pick<BuyerHistory, 'x' | 'tx' | 'T' | 'meanValue'>): Score {
    const probabilityAlive = this.probabilityAlive(history);
    const { orders, discounted } = this.ifAlive(history.x, history.T);
    const expectedOrders = { 90: probabilityAlive * orders[90], 365: probabilityAlive * orders[365] };
    const each = this.spendOf(history);
    return {
      probabilityAlive,
      expectedOrders,
      expectedSpend: each,
      expectedValue: each === null ? null : { 90: expectedOrders[90] * each, 365: expectedOrders[365] * each },
      lifetimeValue: each === null ? null : probabilityAlive * discounted * each,
    };
  }

  /** Purchase days expected within `days` from now. */
  expectedOrders(history: Pick<BuyerHistory, 'x' | 'tx' | 'T'>, days: number): number {
    return this.probabilityAlive(history) * this.ordersIfAlive(history.x, history.T, days);
  }

  probabilityAlive({ x, tx, T }: Pick<BuyerHistory, 'x' | 'tx' | 'T'>): number {
    const { unitDays } = this.fit;
    return this.model.probabilityAlive(this.parameters, { x, tx: inUnits(tx, unitDays), T: inUnits(T, unitDays) });
  }

  private ordersIfAlive(x: number, T: number, days: number): number {
    const { unitDays } = this.fit;
    return this.model.purchasesIfAlive(this.parameters, { x, T: inUnits(T, unitDays) }, days / unitDays);
  }

  private ifAlive(x: number, T: number): IfAlive {
    let ofX = this.known.get(x);
    if (ofX === undefined) this.known.set(x, (ofX = new Map<number, IfAlive>()));
    let found = ofX.get(T);
    if (found === undefined) {
      const expected = (days: number) => this.ordersIfAlive(x, T, days);
      found = {
        orders: { 90: expected(HORIZONS[0]), 365: expected(HORIZONS[1]) },
        discounted: discountedPurchases(expected, this.discounting, DAY_STEP),
      };
      ofX.set(T, found);
    }
    return found;
  }

  private spendOf({ x, meanValue }: Pick<BuyerHistory, 'x' | 'meanValue'>): number | null {
    if (this.spend === null || this.spendParameters === null) return null;
    const { unitMoney } = this.spend;
    // A mean of 0 says nothing to a model of positive values.
    const history = meanValue !== null && meanValue > 0 ? { x, mean: meanValue / unitMoney } : null;
    const each = expectedSpend(this.spendParameters, history);
    return each === null ? null : each * unitMoney;
  }
}
