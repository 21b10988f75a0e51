import { logBeta } from '../special-functions/log-gamma.js';
import { logIntegral } from '../special-functions/quadrature.js';

/** Terms of the series that are summed at most; beyond it the integral is the shorter way. */
const MOST_TERMS = 400_000;
const RESCALE_AT = 1e200;
const LOG_RESCALE = Math.log(RESCALE_AT);

/**
 * Purchases within (0, t] of a customer who is alive now and drops out with probability p after each: rate λ ~
 * Gamma(shape, rate), p ~ Beta(a, b). Common to BG/NBD and MBG/NBD.
 *
 * E = E[(1 − e^{−λpt}) ÷ p] = (a+b−1)/(a−1) · [1 − (1−z)^shape ₂F₁(shape, b; a+b−1; z)], z = t/(rate+t).
 *
 * That closed form overflows for large shapes and has removable poles at a = 1 and a + b = 1. Euler's transformation
 * takes (1−z)^shape inside; summed then by n, it is Σₙ NegBin(n; shape, z) · Sₙ with Sₙ = Σ_{k<n} (b)ₖ/(a+b)ₖ, the
 * expected number of n purchases made before dropping out: every term is positive and no parameter is exceptional.
 * @param shape, rate, a, b all > 0; t ≥ 0, in the unit of `rate`.
 */
export function purchasesWhileAlive(shape: number, rate: number, a: number, b: number, t: number): number {
  if (t <= 0) return 0;
  const odds = t / rate;
  const expectedTerms = (shape + 40) * odds + 12 * Math.sqrt(shape * odds * (1 + odds));
  if (!(expectedTerms < MOST_TERMS)) return byIntegral(shape, odds, a, b);
  return bySeries(shape, odds, a, b);
}

/** @param odds z ÷ (1 − z) */
export function bySeries(shape: number, odds: number, a: number, b: number): number {
  const z = odds / (1 + odds);
  let scale = -shape * Math.log1p(odds);
  let weight = 1;
  let made = 0;
  let share = 1;
  let sum = 0;
  for (let n = 1; ; n++) {
    const ratio = ((shape + n - 1) / n) * z;
    weight *= ratio;
    made += share;
    share *= (b + n - 1) / (a + b + n - 1);
    sum += weight * made;
    if (weight > RESCALE_AT) {
      weight /= RESCALE_AT;
      sum /= RESCALE_AT;
      scale += LOG_RESCALE;
    }
    // What is left is below a geometric series, to whose terms less than one purchase is added at each.
    const bound = Math.max(ratio, z);
    if (bound < 1 && !((weight * (made + 1 / (1 - bound))) / (1 - bound) > 1e-16 * sum)) break;
  }
  return sum * Math.exp(scale);
}

/** The same for horizons and histories of which nobody has so many: ∫ over p by quadrature. */
export function byIntegral(shape: number, odds: number, a: number, b: number): number {
  const logOdds = Math.log(odds);
  const logValue = logIntegral((logP, logRest) => {
    const logMean = logP + logOdds + Math.log(shape);
    const logBought = logMean < -40 ? logMean : Math.log(-Math.expm1(-shape * Math.log1p(Math.exp(logP + logOdds))));
    return (a - 2) * logP + (b - 1) * logRest + logBought;
  });
  return Math.exp(logValue - logBeta(a, b));
}
