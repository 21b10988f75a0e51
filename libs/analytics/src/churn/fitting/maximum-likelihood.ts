import { variancesAt } from './covariance.js';
import { minimise } from './minimise.js';

/** ln of the smallest and the largest value that a parameter may take, in the scaled unit. */
const LOG_BOUND = Math.log(1e5);
const AT_BOUND = LOG_BOUND - 0.05;
/** Starts are followed so far before only the best goes on. */
const FIRST_STEPS = 12;
const STEPS = 300;
/** Of the gradient per observation: what is left moves no parameter by a hundredth of its standard error. */
const TOLERANCE = 1e-8;
const PENALTY = 100;

export interface LikelihoodMaximum {
  parameters: number[];
  logLikelihood: number;
  /** Of each parameter, from the Hessian by the delta method; null when the data do not tell the parameters apart. */
  standardErrors: number[] | null;
  /** Indices of the parameters that would go on to 0 or to infinity. */
  unbounded: number[];
}

/**
 * Maximises a log-likelihood over positive parameters, in their logarithms, from several starts.
 * @param logLikelihood may be anything, or throw RangeError, where doubles end: it counts as impossible there.
 * @param observations how many, for the scale of tolerances.
 * @returns null when no start leads to a maximum.
 */
export function maximiseLikelihood(
  logLikelihood: (parameters: readonly number[]) => number,
  starts: readonly (readonly number[])[],
  observations: number,
): LikelihoodMaximum | null {
  const cost = (logs: readonly number[]) => -atLogs(logLikelihood, logs) + penalty(logs, observations);
  const tolerance = TOLERANCE * observations;
  const first = starts
    .map((start) => minimise(cost, start.map(Math.log), { steps: FIRST_STEPS, tolerance }))
    .sort((a, b) => a.value - b.value);
  const best = minimise(cost, first[0].at, { steps: STEPS, tolerance });
  if (!Number.isFinite(best.value)) return null;
  const parameters = best.at.map(Math.exp);
  const unbounded = [...best.at.keys()].filter((i) => Math.abs(best.at[i]) >= AT_BOUND);
  const variances = unbounded.length > 0 ? null : variancesAt(cost, best.at);
  return {
    parameters,
    logLikelihood: atLogs(logLikelihood, best.at),
    standardErrors: variances && variances.map((variance, i) => Math.sqrt(variance) * parameters[i]),
    unbounded,
  };
}

function atLogs(logLikelihood: (parameters: readonly number[]) => number, logs: readonly number[]): number {
  try {
    const value = logLikelihood(logs.map(Math.exp));
    return Number.isFinite(value) ? value : -Infinity;
  } catch (error) {
    if (error instanceof RangeError) return -Infinity;
    throw error;
  }
}

/** Keeps the search among parameters that doubles can tell apart. */
function penalty(logs: readonly number[], observations: number): number {
  return logs.reduce((sum, log) => sum + Math.max(0, Math.abs(log) - LOG_BOUND) ** 2, 0) * PENALTY * observations;
}
