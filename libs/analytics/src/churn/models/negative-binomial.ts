/**
 * Purchases within t of customers who never drop out: rate ~ Gamma(shape, rate), so NegBin(n; shape, t ÷ (rate + t)).
 * @returns ln P(n), n = 0 … upTo. −∞ where it cannot be.
 */
export function logNegativeBinomial(shape: number, rate: number, t: number, upTo: number): number[] {
  const logNone = -shape * Math.log1p(t / rate);
  const logZ = -Math.log1p(rate / t);
  const logs = [logNone];
  for (let n = 1; n <= upTo; n++) logs.push(logs[n - 1] + Math.log((shape + n - 1) / n) + logZ);
  return logs;
}

/** Σ_{j<n} P(j) for n = 0 … , never above 1. */
export function cumulativeBelow(logProbabilities: readonly number[]): number[] {
  let sum = 0;
  return logProbabilities.map((logP) => {
    const below = Math.min(sum, 1);
    sum += Math.exp(logP);
    return below;
  });
}
