import { betaGeometric } from './beta-geometric.js';
import { paretoNbd } from './pareto-nbd.js';
import type { PurchaseModel, PurchaseModelName } from './purchase-model.js';

const MODELS: Record<PurchaseModelName, PurchaseModel> = {
  'bg-nbd': betaGeometric('bg-nbd'),
  'mbg-nbd': betaGeometric('mbg-nbd'),
  'pareto-nbd': paretoNbd,
};

/** The model of a name. */
export function purchaseModel(name: PurchaseModelName): PurchaseModel {
  return MODELS[name];
}
