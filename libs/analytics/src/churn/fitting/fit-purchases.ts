import { type HistoryTable, inUnits, scaleTimes } from '../histories/history.js';
import type { PurchaseModel, PurchaseModelName } from '../models/purchase-model.js';
import { cannotBeFitted, cautions, type FitResult, named } from './fit-result.js';
import { maximiseLikelihood } from './maximum-likelihood.js';

/** A purchase model with the parameters that the data speak for. */
export interface PurchaseFit {
  model: PurchaseModelName;
  /** Days in one unit of the parameters' time: 7 = weeks. */
  unitDays: number;
  /** By name; times are in that unit. */
  parameters: Record<string, number>;
  /** Null when the data do not tell the parameters apart. */
  standardErrors: Record<string, number> | null;
  /** With times in that unit. */
  logLikelihood: number;
  /** Buyers, and those of them who bought on a second day. */
  customers: number;
  repeatBuyers: number;
  /** Sentences: why to take it with care. */
  cautions: string[];
}

export const DAYS_IN_WEEK = 7;

/** Where the search starts: the four parameters in the unit of the longest history. */
const STARTS: readonly (readonly number[])[] = [
  [0.25, 0.1, 0.8, 2.5],
  [1, 0.5, 0.5, 0.5],
  [3, 2, 0.2, 2],
  [0.5, 0.02, 3, 10],
];

/**
 * Fits a purchase model by maximum likelihood (SPEC §9). Times are scaled by the longest history while searching.
 * @param table times in days.
 * @param unitDays days in one unit of the parameters' time.
 * @returns why not, where the likelihood has no maximum to find: nobody came back, nobody was watched for a day, or there
 *   are no more repeat buyers than parameters.
 */
export function fitPurchases(
  model: PurchaseModel,
  table: HistoryTable,
  unitDays: number = DAYS_IN_WEEK,
): FitResult<PurchaseFit> {
  const timed: HistoryTable = {
    ...table,
    tx: table.tx.map((days) => inUnits(days, unitDays)),
    T: table.T.map((days) => inUnits(days, unitDays)),
  };
  const { longest, repeatBuyers, purchases } = extent(timed);
  const reason = whyNot(model, table, longest, repeatBuyers);
  if (reason !== null) return cannotBeFitted(reason);
  const scaled = scaleTimes(timed, 1 / longest);
  const found = maximiseLikelihood((parameters) => model.logLikelihood(parameters, scaled), STARTS, table.customers);
  if (found === null) return cannotBeFitted('no parameters were found that make these purchases possible');
  const inUnit = (values: readonly number[]) =>
    values.map((value, i) => (model.times.includes(i) ? value * longest : value));
  const { parameters, standardErrors, unbounded } = found;
  const names = model.parameterNames;
  return {
    ok: true,
    fit: {
      model: model.name,
      unitDays,
      parameters: named(names, inUnit(parameters)),
      standardErrors: standardErrors && named(names, inUnit(standardErrors)),
      logLikelihood: found.logLikelihood - purchases * Math.log(longest),
      customers: table.customers,
      repeatBuyers,
      cautions: cautions(names, unbounded, standardErrors !== null),
    },
  };
}

function extent({ rows, x, T, count }: HistoryTable) {
  let longest = 0;
  let repeatBuyers = 0;
  let purchases = 0;
  for (let i = 0; i < rows; i++) {
    longest = Math.max(longest, T[i]);
    if (x[i] > 0) repeatBuyers += count[i];
    purchases += count[i] * x[i];
  }
  return { longest, repeatBuyers, purchases };
}

function whyNot(model: PurchaseModel, table: HistoryTable, longest: number, repeatBuyers: number): string | null {
  if (table.customers === 0) return 'nobody has bought anything';
  if (longest === 0) return 'everybody bought for the first time on the last day';
  if (repeatBuyers === 0) return 'nobody has bought on a second day, so nothing tells how often customers come back';
  if (repeatBuyers <= model.parameterNames.length) {
    const few = `${repeatBuyers} ${repeatBuyers === 1 ? 'customer has' : 'customers have'}`;
    return `only ${few} bought on a second day, and ${model.parameterNames.length} parameters need more than that`;
  }
  return null;
}
