import { logGamma } from '../special-functions/log-gamma.js';

/** What a customer's repeat purchases were worth. */
export interface SpendHistory {
  /** Repeat purchase days, ≥ 1. */
  x: number;
  /** Mean value of one, > 0. */
  mean: number;
}

/** p, q without a unit, v in the unit of the values. */
export type SpendParameters = readonly [p: number, q: number, v: number];

/** Columns of spend histories, by x. */
export interface SpendTable {
  readonly rows: number;
  readonly x: Float64Array;
  readonly mean: Float64Array;
  readonly count: Float64Array;
  readonly customers: number;
}

/** @throws RangeError for an x below 1 or a mean that is not above 0. */
export function compressSpend(histories: Iterable<SpendHistory>): SpendTable {
  const sorted = [...histories].sort((a, b) => a.x - b.x || a.mean - b.mean);
  const x: number[] = [];
  const mean: number[] = [];
  const count: number[] = [];
  for (const history of sorted) {
    if (!(Number.isInteger(history.x) && history.x >= 1 && history.mean > 0 && history.mean < Infinity)) {
      throw new RangeError(`${history.x} purchases of ${history.mean} on average are no spend to learn from`);
    }
    const last = x.length - 1;
    if (last >= 0 && x[last] === history.x && mean[last] === history.mean) count[last]++;
    else {
      x.push(history.x);
      mean.push(history.mean);
      count.push(1);
    }
  }
  return {
    rows: x.length,
    x: Float64Array.from(x),
    mean: Float64Array.from(mean),
    count: Float64Array.from(count),
    customers: sorted.length,
  };
}

/**
 * Σ count · ln density of the means (Fader & Hardie 2013): a customer's purchases are Gamma(p, ν), ν ~ Gamma(q, v),
 * independent of when they buy.
 */
export function spendLogLikelihood([p, q, v]: SpendParameters, { rows, x, mean, count }: SpendTable): number {
  const base = q * Math.log(v) - logGamma(q);
  let sum = 0;
  let lastX = NaN;
  let ofX = 0;
  for (let i = 0; i < rows; i++) {
    const px = p * x[i];
    if (x[i] !== lastX) {
      lastX = x[i];
      ofX = base + logGamma(px + q) - logGamma(px) + px * Math.log(lastX);
    }
    sum += count[i] * (ofX + (px - 1) * Math.log(mean[i]) - (px + q) * Math.log(v + x[i] * mean[i]));
  }
  return sum;
}

/**
 * E[M | x, mean]: value expected of each further purchase.
 * @param history null for a customer without a repeat purchase: the mean over all customers.
 * @returns null where the model has no finite mean (p·x + q ≤ 1).
 */
export function expectedSpend([p, q, v]: SpendParameters, history: SpendHistory | null): number | null {
  const px = p * (history?.x ?? 0);
  if (px + q <= 1) return null;
  return (p * (v + (history === null ? 0 : history.x * history.mean))) / (px + q - 1);
}
