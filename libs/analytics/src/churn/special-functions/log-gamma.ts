/** Bound once: a look-up of a global costs as much as a logarithm where code runs in a context of its own. */
const { exp, expm1, log, log1p, max, min } = Math;

const HALF_LOG_TWO_PI = 0.9189385332046727;
/** From here on eight terms of Stirling's series are exact to the last digit of a double. */
const STIRLING_FROM = 10;

/** ln Γ(x) for x > 0, to 15 digits (absolute where ln Γ is near 0). @throws RangeError for x ≤ 0 or NaN. */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`ln Γ is asked for at ${x}`);
  let product = 1;
  let z = x;
  while (z < STIRLING_FROM) product *= z++;
  const w = 1 / (z * z);
  const series =
    1 / 12 +
    w *
      (-1 / 360 +
        w *
          (1 / 1_260 +
            w * (-1 / 1_680 + w * (1 / 1_188 + w * (-691 / 360_360 + w * (1 / 156 - (w * 3_617) / 122_400))))));
  return (z - 0.5) * log(z) - z + HALF_LOG_TWO_PI + series / z - log(product);
}

/** ln B(a, b) for a, b > 0. @throws RangeError */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln(eᵃ + eᵇ) without overflow; −∞ stands for nothing. */
export function logSumExp(a: number, b: number): number {
  const most = max(a, b);
  return most === -Infinity ? most : most + log1p(exp(min(a, b) - most));
}

/** ln(eᵃ − eᵇ) for a ≥ b; −∞ where they are equal, or b is above a by rounding. */
export function logDifference(a: number, b: number): number {
  return a <= b ? -Infinity : a + log(-expm1(b - a));
}
