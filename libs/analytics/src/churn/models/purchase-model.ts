import type { History, HistoryTable } from '../histories/history.js';

export const PURCHASE_MODELS = ['bg-nbd', 'mbg-nbd', 'pareto-nbd'] as const;
export type PurchaseModelName = (typeof PURCHASE_MODELS)[number];

/** Values of a model's parameters in the order of their names, all > 0. */
export type Parameters = readonly number[];

/**
 * A model of when customers buy and when they stop for good (SPEC §9). Every function is pure; times are in the unit in
 * which the parameters were fitted.
 */
export interface PurchaseModel {
  readonly name: PurchaseModelName;
  readonly parameterNames: readonly string[];
  /** Indices of the parameters that are times: multiplying all times by k multiplies them by k. */
  readonly times: readonly number[];

  /** Σ count · ln likelihood. Not finite where the parameters are beyond what doubles can tell. */
  logLikelihood(parameters: Parameters, table: HistoryTable): number;

  /** Probability that a customer with this history may still buy, in [0, 1]. */
  probabilityAlive(parameters: Parameters, history: History): number;

  /** Purchases expected within t from now of one who is alive; depends on (x, T) only. */
  purchasesIfAlive(parameters: Parameters, history: Pick<History, 'x' | 'T'>, t: number): number;

  /** E[X(t)]: repeat purchases of a customer within t of their first purchase. */
  newCustomerPurchases(parameters: Parameters, t: number): number;

  /** P(X(t) = n) of a customer within (0, t] from their first purchase, for n = 0 … upTo. */
  purchaseDistribution(parameters: Parameters, t: number, upTo: number): number[];
}

/** E[Y(t) | x, t_x, T]: purchases expected of a customer with this history within t from now. */
export function expectedPurchases(model: PurchaseModel, parameters: Parameters, history: History, t: number): number {
  const alive = model.probabilityAlive(parameters, history);
  return alive === 0 ? 0 : alive * model.purchasesIfAlive(parameters, history, t);
}
