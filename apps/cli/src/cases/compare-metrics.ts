/** One value of the metrics that is not as expected. */
export interface MetricsDifference {
  /** Such as `cohorts[3].months[0].value`. */
  path: string;
  expected: string;
  actual: string;
}

/** How far numbers may be apart: means and rates may be rounded at the last digit. */
const TOLERANCE = 1e-9;

/** Compares metrics (SPEC Appendix D) with those expected: every key, on both sides. */
export function compareMetrics(expected: unknown, actual: unknown): MetricsDifference[] {
  return [...differencesOf(expected, actual, '')];
}

function* differencesOf(expected: unknown, actual: unknown, path: string): Generator<MetricsDifference> {
  if (expected === actual) return;
  if (typeof expected === 'number' && typeof actual === 'number' && Math.abs(expected - actual) <= TOLERANCE) return;
  if (!isContainer(expected) || !isContainer(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    yield { path, expected: JSON.stringify(expected) ?? 'nothing', actual: JSON.stringify(actual) ?? 'nothing' };
    return;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const inner = Array.isArray(expected) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    yield* differencesOf(expected[key], actual[key], inner);
  }
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
