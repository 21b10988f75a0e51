/** A point and the function's value there. */
export interface Minimum {
  at: number[];
  value: number;
  /** Whether the gradient vanished; false when the steps ran out. */
  converged: boolean;
}

const GRADIENT_STEP = 1e-4;
const SUFFICIENT = 1e-4;
const LONGEST_STEP = 1;

/**
 * Finds a minimum by BFGS with central differences and backtracking. Where the function is not finite it counts as a
 * wall, so there is always an end: after `steps` at the latest.
 * @param tolerance of the gradient, in units of the function per unit of a coordinate.
 */
export function minimise(
  f: (at: readonly number[]) => number,
  start: readonly number[],
  { steps, tolerance }: { steps: number; tolerance: number },
): Minimum {
  const n = start.length;
  const value = (at: readonly number[]) => {
    const y = f(at);
    return Number.isNaN(y) ? Infinity : y;
  };
  let at = [...start];
  let y = value(at);
  if (y === Infinity) return { at, value: y, converged: false };
  let slope = gradient(value, at);
  let inverse = identity(n, 1 / Math.max(1, norm(slope)));
  let fresh = true;
  for (let step = 0; step < steps; step++) {
    if (norm(slope) <= tolerance) return { at, value: y, converged: true };
    let direction = inverse.map((row) => -dot(row, slope));
    if (!(dot(direction, slope) < 0)) direction = slope.map((s) => -s);
    const length = norm(direction);
    if (length > LONGEST_STEP) direction = direction.map((d) => (d * LONGEST_STEP) / length);
    const next = backtrack(value, at, y, direction, dot(direction, slope));
    if (next === null) {
      // No way down along this direction: start the curvature anew once, then take it that this is the bottom.
      if (fresh) return { at, value: y, converged: norm(slope) <= Math.sqrt(tolerance) };
      inverse = identity(n, 1 / Math.max(1, norm(slope)));
      fresh = true;
      continue;
    }
    const nextSlope = gradient(value, next.at);
    inverse = updated(
      inverse,
      next.at.map((a, i) => a - at[i]),
      nextSlope.map((s, i) => s - slope[i]),
    );
    ({ at, y } = next);
    slope = nextSlope;
    fresh = false;
  }
  return { at, value: y, converged: false };
}

function backtrack(
  f: (at: readonly number[]) => number,
  at: readonly number[],
  y: number,
  direction: readonly number[],
  decrease: number,
): { at: number[]; y: number } | null {
  for (let size = 1; size > 1e-10; size /= 2) {
    const next = at.map((a, i) => a + size * direction[i]);
    const there = f(next);
    if (there < y && there <= y + SUFFICIENT * size * decrease) return { at: next, y: there };
  }
  return null;
}

/** By central differences; forward or backward ones at a wall. */
function gradient(f: (at: readonly number[]) => number, at: readonly number[]): number[] {
  return at.map((a, i) => {
    const ahead = f(at.with(i, a + GRADIENT_STEP));
    const behind = f(at.with(i, a - GRADIENT_STEP));
    const slope = (ahead - behind) / (2 * GRADIENT_STEP);
    return Number.isFinite(slope) ? slope : 0;
  });
}

/** BFGS update of the inverse curvature, left out where the function is not convex along the step. */
function updated(inverse: number[][], step: readonly number[], change: readonly number[]): number[][] {
  const curvature = dot(step, change);
  if (!(curvature > 1e-12 * norm(step) * norm(change))) return inverse;
  const hy = inverse.map((row) => dot(row, change));
  const factor = (1 + dot(change, hy) / curvature) / curvature;
  return inverse.map((row, i) =>
    row.map((h, j) => h + factor * step[i] * step[j] - (hy[i] * step[j] + step[i] * hy[j]) / curvature),
  );
}

function identity(n: number, scale: number): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? scale : 0)));
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function norm(a: readonly number[]): number {
  return Math.sqrt(dot(a, a));
}
