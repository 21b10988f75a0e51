/** Integer arithmetic on money and points: everything is a safe integer, overflow is an error, never a NaN (SPEC §0). */

export class OverflowError extends Error {}

/** `n` itself, when it is a safe integer. @throws OverflowError */
export function safe(n: number): number {
  if (!Number.isSafeInteger(n)) throw new OverflowError(`${n} is beyond the range of exact integers`);
  return n;
}

/** floor(a × b ÷ c) for non-negative safe integers, c > 0, exact also where a × b is not. */
export function mulDivFloor(a: number, b: number, c: number): number {
  const product = a * b;
  if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(product / c);
  return safe(Number((BigInt(a) * BigInt(b)) / BigInt(c)));
}

/**
 * Largest-remainder split of `total` by `weights`, ties to the lower index (SPEC §0).
 * Weights that are all 0 give 0 each (ruling 9).
 */
export function allocate(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => safe(a + b), 0);
  if (sum === 0 || total === 0) return weights.map(() => 0);
  const shares = weights.map((weight) => mulDivFloor(total, weight, sum));
  let left = total - shares.reduce((a, b) => a + b, 0);
  if (left === 0) return shares;
  const remainders = weights.map((weight) => remainder(total, weight, sum));
  const order = weights.map((_, index) => index).sort((i, j) => remainders[j] - remainders[i] || i - j);
  for (const index of order) {
    if (left === 0) break;
    shares[index]++;
    left--;
  }
  return shares;
}

function remainder(a: number, b: number, c: number): number {
  const product = a * b;
  if (product <= Number.MAX_SAFE_INTEGER) return product % c;
  return Number((BigInt(a) * BigInt(b)) % BigInt(c));
}

/** An exchange rate as an exact fraction: the shortest decimal that the number prints as, so 0.1 is one tenth. */
export interface Rate {
  numerator: bigint;
  denominator: bigint;
}

const rates = new Map<number, Rate>();

export function exactRate(rate: number): Rate {
  let exact = rates.get(rate);
  if (!exact) {
    const [mantissa, exponent = '0'] = String(rate).toLowerCase().split('e');
    const [whole, fraction = ''] = mantissa.split('.');
    const shift = fraction.length - Number(exponent);
    const digits = BigInt(whole + fraction);
    exact =
      shift >= 0
        ? { numerator: digits, denominator: 10n ** BigInt(shift) }
        : { numerator: digits * 10n ** BigInt(-shift), denominator: 1n };
    rates.set(rate, exact);
  }
  return exact;
}

/** Converts minor units at a rate, half-up (ruling 8). */
export function convert(amount: number, rate: Rate | null): number {
  if (rate === null) return amount;
  const { numerator, denominator } = rate;
  return safe(Number((2n * BigInt(amount) * numerator + denominator) / (2n * denominator)));
}
