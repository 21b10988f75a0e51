import {
  backtest,
  type BuyerHistory,
  compress,
  type FitResult,
  fitPurchases,
  fitSpend,
  PURCHASE_MODELS,
  purchaseModel,
  type PurchaseModelName,
  summarise,
} from '@perennial/analytics';
import { iso, type Program } from '@perennial/membership';
import { type MetricsSources, programsOf } from '../metrics/metrics-reader.js';
import { type Buyer, readBuyers } from './buyers.js';
import type { FittedData, Holdout, KeptFit } from './kept-fit.js';
import { minorUnits } from './minor-units.js';
import { dateOf } from './date-of.js';

/** The hold-out is as long as this, or a third of a shorter history. */
const HOLDOUT_DAYS = 90;
const SHORTEST_HOLDOUT_DAYS = 7;

export interface FitRequest {
  /** UTC ms. */
  asOf: number;
  now: number;
  /** Left out: the one that the program names. */
  model?: PurchaseModelName;
}

/** Which model the program wants; null when this engine does not know it (scores then come from outside). */
export function modelOf(program: Program): PurchaseModelName | null {
  return PURCHASE_MODELS.find((name) => name === program.churn.model) ?? null;
}

/** Fits a purchase model and the value model on everything that was bought up to an instant (SPEC §9). Keeps nothing. */
export async function fitModel(
  sources: MetricsSources,
  { asOf, now, model }: FitRequest,
): Promise<FitResult<Omit<KeptFit, 'version'>>> {
  const position = await sources.log.head();
  const programs = await programsOf(sources.catalogue);
  const program = programs.program(programs.indexAt(asOf));
  const name = model ?? modelOf(program);
  if (name === null) {
    return { ok: false, reason: `The program's model ${program.churn.model} is none of ${PURCHASE_MODELS.join(', ')}` };
  }
  const { zone } = programs;
  const asOfDay = zone.dayOf(asOf);
  const buyers = await readBuyers(sources.log, programs, asOf);
  const histories = buyers.flatMap((buyer) => summarise(buyer, asOfDay) ?? []);
  const purchases = fitPurchases(purchaseModel(name), compress(histories));
  if (!purchases.ok) return purchases;
  const repeat = histories.filter(({ x }) => x > 0).map(({ x, meanValue }) => ({ x, mean: meanValue! }));
  return {
    ok: true,
    fit: {
      model: name,
      asOf: iso(asOf),
      fittedAt: iso(now),
      data: dataOf(histories, asOfDay, position),
      purchases: purchases.fit,
      spend: fitSpend(repeat, minorUnits(program.currency)),
      currency: program.currency,
      holdout: holdOut(buyers, histories, name, asOfDay),
    },
  };
}

function dataOf(histories: readonly BuyerHistory[], asOfDay: number, position: number): FittedData {
  return {
    from: dateOf(asOfDay - longest(histories)),
    to: dateOf(asOfDay),
    buyers: histories.length,
    repeatBuyers: histories.filter(({ x }) => x > 0).length,
    purchases: histories.reduce((sum, { x }) => sum + x + 1, 0),
    position,
  };
}

function longest(histories: readonly BuyerHistory[]): number {
  return histories.reduce((most, { T }) => Math.max(most, T), 0);
}

/** How well the same model, fitted on what came before, foretold the last days. */
function holdOut(
  buyers: readonly Buyer[],
  histories: readonly BuyerHistory[],
  name: PurchaseModelName,
  asOfDay: number,
): Holdout | { reason: string } {
  const days = Math.min(HOLDOUT_DAYS, Math.floor(longest(histories) / 3));
  if (days < SHORTEST_HOLDOUT_DAYS) return { reason: 'The history is too short to hold any of it out' };
  const splitDay = asOfDay - days + 1;
  const { customers, actual, returned, returnDays, rule, models } = backtest(buyers, {
    splitDay,
    endDay: asOfDay,
    models: [name],
  });
  const result = models[name]!;
  if ('reason' in result) return { reason: `Without the last ${days} days it ${result.reason}` };
  const { predicted, meanAbsoluteError, auc, deciles, byRepeats } = result;
  return {
    from: dateOf(splitDay),
    to: dateOf(asOfDay),
    ...{ customers, actual, returned, returnDays, rule },
    ...{ predicted, meanAbsoluteError, auc, deciles, byRepeats },
  };
}
