import { logGamma, logSumExp } from './log-gamma.js';

/** Bound once: a look-up of a global costs as much as a logarithm where code runs in a context of its own. */
const { abs, exp, expm1, log, log1p, max, min, sqrt } = Math;

/** Past it the integral is the shorter way: the fraction takes about 20 ÷ √(1 − z) steps. */
const FRACTION_STEPS = 500;
const PRECISION = 1e-15;

/**
 * ln ₂F₁(1, b; c; z), for 0 ≤ z < 1 and c > b > 0, c > 1: the one that is left of every ₂F₁ of Pareto/NBD once Euler's
 * transformation has been applied. It is ≥ 1 and nothing in it cancels.
 * @param rest 1 − z, given apart because it may be far smaller than a double near 1 can tell.
 * @throws RangeError outside that domain.
 */
export function logHypergeometricOne(b: number, c: number, z: number, rest = 1 - z): number {
  if (!(b > 0 && c > b && c > 1 && z >= 0 && rest > 0)) {
    throw new RangeError(`₂F₁(1, ${b}; ${c}; ${z}) is not among those that are computed`);
  }
  if (z === 0) return 0;
  const fraction = gaussFraction(b, c, z);
  return fraction === null ? eulerIntegral(b, c, rest) : log(fraction);
}

/** Gauss's continued fraction by the modified Lentz method; null when it takes too long. */
function gaussFraction(b: number, c: number, z: number): number | null {
  const tiny = 1e-300;
  const d = c - 1;
  let value = 1;
  let numerators = 1;
  let denominators = 0;
  for (let i = 1; i <= FRACTION_STEPS; i++) {
    const n = i >> 1;
    const k = i % 2 === 1 ? (b + n) * (d + n) : n * (d - b + n);
    const coefficient = (-k * z) / ((d + i - 1) * (d + i));
    denominators = 1 + coefficient * denominators;
    if (abs(denominators) < tiny) denominators = tiny;
    denominators = 1 / denominators;
    numerators = 1 + coefficient / numerators;
    if (abs(numerators) < tiny) numerators = tiny;
    const factor = numerators * denominators;
    value *= factor;
    if (abs(factor - 1) < PRECISION) return 1 / value;
  }
  return null;
}

/** Where nothing but exponential decay is left of the integrand, as a distance from its last bend. */
const PLAIN = 38;

/**
 * ln of Euler's integral Γ(c) ÷ (Γ(b) Γ(c−b)) ∫ t^{b−1} (1−t)^{c−b−1} ÷ (1 − zt) dt. By w = ln((1−t) ÷ t) its integrand is
 * smooth within |Im w| < π, so the plain sum over equal steps is as exact as doubles are, and decays exponentially on
 * both sides, so that the rest of the sum is a geometric series.
 */
function eulerIntegral(b: number, c: number, rest: number): number {
  const d = c - b;
  const logRest = log(rest);
  const logZ = log1p(-rest);
  const step = min(0.5, 0.7 * sqrt(1 / b + 1 / d));
  const termAt = (w: number) => {
    const logT = -softplus(w);
    const logQ = -softplus(-w);
    // 1 − z t = (1 − z) + z (1 − t)
    const divisor = logSumExp(logRest, logZ + logQ);
    return b * logT + d * logQ - divisor;
  };
  // From the middle outwards: the sum is kept relative to the term there, which none exceeds by much.
  const middle = log(d / b);
  const most = max(termAt(middle), termAt(min(middle, logRest)), termAt(middle - 1), termAt(middle + 1));
  const walk = (direction: 1 | -1, end: number, decay: number) => {
    let sum = 0;
    for (let k = direction === 1 ? 0 : 1; ; k++) {
      const w = middle + direction * k * step;
      const term = exp(termAt(w) - most);
      sum += term;
      const falls = direction * (w - middle) > 0 && term < 1e-17 * sum;
      if (falls) return sum;
      if (direction * (w - end) >= 0) return sum + term / expm1(decay * step);
    }
  };
  const right = max(middle, 0) + PLAIN;
  const left = min(middle, logRest, 0) - PLAIN;
  const sum = walk(1, right, b) + walk(-1, left, d);
  return logGamma(c) - logGamma(b) - logGamma(d) + most + log(sum * step);
}

/** ln(1 + eˣ) */
function softplus(x: number): number {
  return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}
