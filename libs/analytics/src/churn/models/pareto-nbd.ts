import type { HistoryTable } from '../histories/history.js';
import { logHypergeometricOne } from '../special-functions/hypergeometric.js';
import { logDifference, logGamma, logSumExp } from '../special-functions/log-gamma.js';
import { logIntegral } from '../special-functions/quadrature.js';
import { logNegativeBinomial } from './negative-binomial.js';
import type { Parameters, PurchaseModel } from './purchase-model.js';

/**
 * Pareto/NBD (Schmittlein, Morrison & Colombo 1987; Fader & Hardie 2005): a customer buys at rate λ ~ Gamma(r, α) until
 * a moment that no purchase marks, exponential with rate μ ~ Gamma(s, β).
 */
export const paretoNbd: PurchaseModel = {
  name: 'pareto-nbd',
  parameterNames: ['r', 'alpha', 's', 'beta'],
  times: [1, 3],

  logLikelihood(parameters, { rows, x, tx, T, count }: HistoryTable) {
    const [r, alpha, s, beta] = parameters;
    const base = r * Math.log(alpha) + s * Math.log(beta) - logGamma(r);
    let sum = 0;
    let lastX = NaN;
    let ofX = 0;
    // By time, for one x: there are few different times among the rows of an x.
    const tails = new Map<number, number>();
    const tail = (t: number) => {
      let known = tails.get(t);
      if (known === undefined) tails.set(t, (known = logTail(parameters, lastX, t)));
      return known;
    };
    for (let i = 0; i < rows; i++) {
      if (x[i] !== lastX) {
        lastX = x[i];
        ofX = base + logGamma(r + lastX);
        tails.clear();
      }
      const logAlive = logStillAlive(parameters, lastX, T[i]);
      const logGone = Math.log(s / (r + s + lastX)) + logDifference(tail(tx[i]), tail(T[i]));
      sum += count[i] * (ofX + logSumExp(logAlive, logGone));
    }
    return sum;
  },

  probabilityAlive(parameters, { x, tx, T }) {
    return 1 / (1 + Math.exp(logGoneSince(parameters, x, tx, T) - logStillAlive(parameters, x, T)));
  },

  purchasesIfAlive([r, alpha, s, beta], { x, T }, t) {
    return ((r + x) / (alpha + T)) * meanLife(s, beta + T, t);
  },

  newCustomerPurchases([r, alpha, s, beta], t) {
    return (r / alpha) * meanLife(s, beta, t);
  },

  purchaseDistribution([r, alpha, s, beta], t, upTo) {
    if (t <= 0) return Array.from({ length: upTo + 1 }, (_, n) => (n === 0 ? 1 : 0));
    const logSurvives = -s * Math.log1p(t / beta);
    return logNegativeBinomial(r, alpha, t, upTo).map((logN, n) => {
      const logCoefficient = logGamma(r + n) - logGamma(r) - logGamma(n + 1);
      // Leaves at τ = t · u after n purchases.
      const logLeaves = logIntegral((logU) => {
        const tau = t * Math.exp(logU);
        const logBought = logCoefficient - r * Math.log1p(tau / alpha) + timesLog(n, Math.log(tau / (alpha + tau)));
        return Math.log((t * s) / beta) - (s + 1) * Math.log1p(tau / beta) + logBought;
      });
      return Math.min(1, Math.exp(logSumExp(logSurvives + logN, logLeaves)));
    });
  },
};

/** n · ln y where 0 · ln 0 = 0. */
function timesLog(n: number, logY: number): number {
  return n === 0 ? 0 : n * logY;
}

/** ln of the part of the likelihood in which the customer lives at T, without what both parts share. */
function logStillAlive([r, alpha, s, beta]: Parameters, x: number, T: number): number {
  return -(r + x) * Math.log(alpha + T) - s * Math.log(beta + T);
}

/** The same of the part in which they left between t_x and T: s ÷ (r+s+x) · A₀ of Fader & Hardie. */
function logGoneSince(parameters: Parameters, x: number, tx: number, T: number): number {
  const [r, , s] = parameters;
  const since = logDifference(logTail(parameters, x, tx), logTail(parameters, x, T));
  return Math.log(s / (r + s + x)) + since;
}

/** ln of ₂F₁(r+s+x, ·; r+s+x+1; |α−β| ÷ (max(α, β)+y)) ÷ (max(α, β)+y)^(r+s+x), by Euler's transformation. */
function logTail([r, alpha, s, beta]: Parameters, x: number, y: number): number {
  const logAlpha = Math.log(alpha + y);
  const logBeta = Math.log(beta + y);
  const c = r + s + x + 1;
  return alpha >= beta
    ? logHypergeometricOne(r + x, c, (alpha - beta) / (alpha + y), (beta + y) / (alpha + y)) -
        (r + x) * logAlpha -
        s * logBeta
    : logHypergeometricOne(s + 1, c, (beta - alpha) / (beta + y), (alpha + y) / (beta + y)) -
        (r + x - 1) * logAlpha -
        (s + 1) * logBeta;
}

/** E of the time lived within t: (β/(s−1)) · (1 − (β/(β+t))^{s−1}), also at s = 1, where it is a logarithm. */
function meanLife(s: number, beta: number, t: number): number {
  const log = Math.log1p(t / beta);
  const y = (s - 1) * log;
  return beta * log * (Math.abs(y) < 1e-12 ? 1 : -Math.expm1(-y) / y);
}
