/** Bound once: a look-up of a global costs as much as a logarithm where code runs in a context of its own. */
const { abs, cosh, exp, log, log1p, max, min, sinh } = Math;

/** Finest step: 2⁻⁹. */
const LEVELS = 9;
/** Steps are halved so often before results are compared. */
const FIRST_LEVELS = 4;
/** There t or 1 − t is e^−14,000,000: nodes are kept as logarithms, so that even t^−0.99999 has ended. */
const REACH = 16;
/** What is e⁵⁰ times below the greatest term adds nothing. */
const NEGLIGIBLE = 50;

type LogIntegrand = (logT: number, logRest: number) => number;

/**
 * ∫₀¹ f by double-exponential (tanh-sinh) quadrature, which bears singularities at both ends that can be integrated.
 * Steps are halved until two results agree.
 * @param logIntegrand ln f at a node, given ln t and ln(1 − t), each exact also where the other is near 0.
 * @param tolerance of the difference of two results, relative: the error of the finer one is about its square.
 * @returns ln ∫ f; −∞ for f = 0.
 */
export function logIntegral(logIntegrand: LogIntegrand, tolerance = 1e-11): number {
  let step = 1 / 2 ** FIRST_LEVELS;
  const nodes: number[] = [];
  const terms: number[] = [];
  for (let u = -REACH; u <= REACH; u += step) {
    nodes.push(u);
    terms.push(termAt(u, logIntegrand));
  }
  const most = max(...terms);
  if (most === -Infinity) return most;
  const matters = (term: number) => term > most - NEGLIGIBLE;
  const from = nodes[max(0, terms.findIndex(matters) - 1)];
  const to = nodes[min(nodes.length - 1, terms.findLastIndex(matters) + 1)];
  let sum = terms.reduce((total, term) => total + exp(term - most), 0);
  let result = log(sum * step);
  for (let level = FIRST_LEVELS; level < LEVELS; level++) {
    for (let u = from + step / 2; u < to; u += step) sum += exp(termAt(u, logIntegrand) - most);
    step /= 2;
    const finer = log(sum * step);
    if (abs(finer - result) <= tolerance) return most + finer;
    result = finer;
  }
  return most + result;
}

/** ln of integrand × weight at node u: t = 1 / (1 + e^{−2v}), v = π/2 · sinh u. */
function termAt(u: number, logIntegrand: LogIntegrand): number {
  const v = (Math.PI / 2) * sinh(u);
  const logT = -softplus(-2 * v);
  const logRest = -softplus(2 * v);
  return logIntegrand(logT, logRest) + log(Math.PI * cosh(u)) + logT + logRest;
}

/** ln(1 + eˣ) */
function softplus(x: number): number {
  return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}
