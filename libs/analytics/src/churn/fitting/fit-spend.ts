import { compressSpend, type SpendHistory, spendLogLikelihood, type SpendTable } from '../models/gamma-gamma.js';
import { cannotBeFitted, cautions, type FitResult } from './fit-result.js';
import { maximiseLikelihood } from './maximum-likelihood.js';

/** A Gamma-Gamma model of what purchases are worth, with the parameters that the data speak for. */
export interface SpendFit {
  model: 'gamma-gamma';
  /** Minor units of money in one unit of `v`: 100 = euros, where values are in cents. */
  unitMoney: number;
  /** p, q, and v in that unit. */
  parameters: { p: number; q: number; v: number };
  /** Null when the data do not tell the parameters apart. */
  standardErrors: { p: number; q: number; v: number } | null;
  /** With values in that unit. */
  logLikelihood: number;
  /** Repeat buyers with a mean value above 0. */
  customers: number;
  cautions: string[];
}

const NAMES = ['p', 'q', 'v'] as const;
/** With the mean over all customers as the unit of value. */
const STARTS: readonly (readonly number[])[] = [
  [6, 4, 0.5],
  [1, 2, 1],
  [2, 10, 5],
];

/**
 * Fits Gamma-Gamma by maximum likelihood (SPEC §9). Values are scaled by their mean while searching.
 * @param histories of repeat buyers; values in minor units. Means of 0 say nothing to this model and are left out.
 * @param unitMoney minor units in one unit of `v`.
 */
export function fitSpend(histories: Iterable<SpendHistory>, unitMoney: number): FitResult<SpendFit> {
  const valued: SpendHistory[] = [];
  for (const history of histories) if (history.mean > 0) valued.push(history);
  if (valued.length <= NAMES.length) {
    return cannotBeFitted(`${valued.length} repeat buyers with a value are too few for ${NAMES.length} parameters`);
  }
  const scale = valued.reduce((sum, { mean }) => sum + mean, 0) / valued.length;
  const table = compressSpend(valued.map(({ x, mean }) => ({ x, mean: mean / scale })));
  if (isOneValue(table)) return cannotBeFitted('every purchase was worth the same, so values do not differ');
  const found = maximiseLikelihood(([p, q, v]) => spendLogLikelihood([p, q, v], table), STARTS, table.customers);
  if (found === null) return cannotBeFitted('no parameters were found that make these values possible');
  const inUnit = ([p, q, v]: readonly number[]) => ({ p, q, v: (v * scale) / unitMoney });
  return {
    ok: true,
    fit: {
      model: 'gamma-gamma',
      unitMoney,
      parameters: inUnit(found.parameters),
      standardErrors: found.standardErrors && inUnit(found.standardErrors),
      logLikelihood: found.logLikelihood - table.customers * Math.log(scale / unitMoney),
      customers: table.customers,
      cautions: cautions(NAMES, found.unbounded, found.standardErrors !== null),
    },
  };
}

function isOneValue({ mean }: SpendTable): boolean {
  return mean.every((value) => Math.abs(value - mean[0]) < 1e-9);
}
