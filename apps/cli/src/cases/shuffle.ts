/** The same items in another order; the same one every time, so that a failure can be looked at again. */
export function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  let seed = 20_250_131;
  for (let i = result.length - 1; i > 0; i--) {
    // A linear congruential generator: good enough to mix lines.
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const j = Math.floor((seed / 2 ** 32) * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
