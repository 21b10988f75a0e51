/** Step of second differences: the fourth root of a double's precision, roughly. */
const STEP = 1e-3;

/**
 * Variances at a minimum of a negative log-likelihood: the diagonal of the inverse Hessian, by central differences.
 * @returns null when the Hessian is not positive definite: along some direction the data do not tell the parameters.
 */
export function variancesAt(f: (at: readonly number[]) => number, at: readonly number[]): number[] | null {
  const triangle = cholesky(hessian(f, at));
  return triangle && at.map((_, i) => inverseDiagonal(triangle, i));
}

function hessian(f: (at: readonly number[]) => number, at: readonly number[]): number[][] {
  const centre = f(at);
  const moved = (i: number, di: number, j: number, dj: number) => {
    const point = [...at];
    point[i] += di * STEP;
    point[j] += dj * STEP;
    return f(point);
  };
  return at.map((_, i) =>
    at.map((_, j) =>
      i === j
        ? (moved(i, 1, i, 0) - 2 * centre + moved(i, -1, i, 0)) / STEP ** 2
        : (moved(i, 1, j, 1) - moved(i, 1, j, -1) - moved(i, -1, j, 1) + moved(i, -1, j, -1)) / (4 * STEP ** 2),
    ),
  );
}

/** Lower triangle L with L·Lᵀ = matrix; null when the matrix is not positive definite. */
function cholesky(matrix: readonly (readonly number[])[]): number[][] | null {
  const lower: number[][] = [];
  for (let i = 0; i < matrix.length; i++) {
    lower.push([]);
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i][j];
      for (let k = 0; k < j; k++) sum -= lower[i][k] * lower[j][k];
      if (i !== j) lower[i].push(sum / lower[j][j]);
      else if (sum > 1e-10 * Math.abs(matrix[i][i])) lower[i].push(Math.sqrt(sum));
      else return null;
    }
  }
  return lower;
}

/** (L·Lᵀ)⁻¹ at (i, i) = |L⁻¹ eᵢ|². */
function inverseDiagonal(lower: readonly (readonly number[])[], i: number): number {
  const solution: number[] = [];
  for (let row = 0; row < lower.length; row++) {
    let value = row === i ? 1 : 0;
    for (let k = 0; k < row; k++) value -= lower[row][k] * solution[k];
    solution.push(value / lower[row][row]);
  }
  return solution.reduce((sum, value) => sum + value * value, 0);
}
