/** Random numbers that are the same on every run. */
export interface SeededRandom {
  /** In (0, 1). */
  uniform(): number;
  exponential(rate: number): number;
  /** Gamma with rate 1 (Marsaglia & Tsang 2000). */
  gamma(shape: number): number;
  beta(a: number, b: number): number;
}

export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  // mulberry32
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const z = normal();
      const w = (1 + z / Math.sqrt(9 * d)) ** 3;
      if (w > 0 && Math.log(uniform()) < z * z * 0.5 + d - d * w + d * Math.log(w)) return d * w;
    }
  };
  return {
    uniform,
    exponential: (rate) => -Math.log(uniform()) / rate,
    gamma,
    beta: (a, b) => {
      const one = gamma(a);
      return one / (one + gamma(b));
    },
  };
}
