import type { History, HistoryTable } from '../histories/history.js';
import { logBeta, logGamma, logSumExp } from '../special-functions/log-gamma.js';
import { cumulativeBelow, logNegativeBinomial } from './negative-binomial.js';
import type { Parameters, PurchaseModel } from './purchase-model.js';
import { purchasesWhileAlive } from './purchases-while-alive.js';

/**
 * BG/NBD (Fader, Hardie & Lee 2005) and MBG/NBD (Batislam, Denizel & Filiztekin 2007; Hoppe & Wagner 2007). Both:
 * a customer buys at rate λ ~ Gamma(r, α) and may stop after each purchase with probability p ~ Beta(a, b). In BG/NBD
 * not after the very first one, so whoever bought once is alive for certain; in MBG/NBD after that one too.
 */
export function betaGeometric(name: 'bg-nbd' | 'mbg-nbd'): PurchaseModel {
  /** Occasions to stop that the first purchase gives. */
  const first = name === 'bg-nbd' ? 0 : 1;

  /** ln of how much likelier it is to have stopped right after the last purchase than to be alive. */
  function logOddsStopped([r, alpha, a, b]: Parameters, { x, tx, T }: History): number {
    const occasions = x + first;
    if (occasions === 0) return -Infinity;
    return Math.log(a / (b + occasions - 1)) + (r + x) * Math.log((alpha + T) / (alpha + tx));
  }

  return {
    name,
    parameterNames: ['r', 'alpha', 'a', 'b'],
    times: [1],

    logLikelihood([r, alpha, a, b], { rows, x, tx, T, count }: HistoryTable) {
      const base = r * Math.log(alpha) - logGamma(r) - logBeta(a, b);
      let sum = 0;
      let lastX = NaN;
      let ofX = 0;
      let logStop = 0;
      for (let i = 0; i < rows; i++) {
        if (x[i] !== lastX) {
          lastX = x[i];
          ofX = base + logGamma(r + lastX) + logBeta(a, b + lastX + first);
          logStop = lastX + first === 0 ? -Infinity : Math.log(a / (b + lastX + first - 1));
        }
        const logAlive = -(r + lastX) * Math.log(alpha + T[i]);
        const logStopped = logStop - (r + lastX) * Math.log(alpha + tx[i]);
        sum += count[i] * (ofX + logSumExp(logAlive, logStopped));
      }
      return sum;
    },

    probabilityAlive(parameters, history) {
      return 1 / (1 + Math.exp(logOddsStopped(parameters, history)));
    },

    purchasesIfAlive([r, alpha, a, b], { x, T }, t) {
      return purchasesWhileAlive(r + x, alpha + T, a, b + x + first, t);
    },

    newCustomerPurchases([r, alpha, a, b], t) {
      const stays = first === 0 ? 1 : b / (a + b);
      return stays * purchasesWhileAlive(r, alpha, a, b + first, t);
    },

    purchaseDistribution([r, alpha, a, b], t, upTo) {
      const logs = logNegativeBinomial(r, alpha, t, upTo);
      const fewer = cumulativeBelow(logs);
      const scale = logBeta(a, b);
      return logs.map((logN, n) => {
        const goesOn = Math.exp(logN + logBeta(a, b + n + first) - scale);
        if (n + first === 0) return goesOn;
        // Stopped at the n-th, which came early enough.
        return goesOn + Math.exp(logBeta(a + 1, b + n + first - 1) - scale) * (1 - fewer[n]);
      });
    },
  };
}
