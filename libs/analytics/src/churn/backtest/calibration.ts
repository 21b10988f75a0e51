/** A group of customers: what was expected of them, and what came. Totals, not means. */
export interface CalibrationGroup {
  customers: number;
  predicted: number;
  actual: number;
}

/** Customers in ten groups by what was expected of them, the least first; the group sizes differ by at most 1. */
export function deciles(predicted: readonly number[], actual: readonly number[]): CalibrationGroup[] {
  const order = predicted.map((_, i) => i).sort((a, b) => predicted[a] - predicted[b] || a - b);
  const groups = Math.min(10, order.length);
  return Array.from({ length: groups }, (_, group) => {
    const from = Math.floor((group * order.length) / groups);
    const to = Math.floor(((group + 1) * order.length) / groups);
    return sumOf(order.slice(from, to), predicted, actual);
  });
}

/** Customers by the repeat purchases they had made, 0 … 7, the last group for 7 and more. */
export function byRepeats(
  repeats: readonly number[],
  predicted: readonly number[],
  actual: readonly number[],
): (CalibrationGroup & { repeats: number })[] {
  const members = new Map<number, number[]>();
  repeats.forEach((x, i) => {
    const group = Math.min(x, MOST_REPEATS);
    const list = members.get(group);
    if (list) list.push(i);
    else members.set(group, [i]);
  });
  return [...members]
    .sort(([a], [b]) => a - b)
    .map(([group, list]) => ({ repeats: group, ...sumOf(list, predicted, actual) }));
}

const MOST_REPEATS = 7;

function sumOf(list: readonly number[], predicted: readonly number[], actual: readonly number[]): CalibrationGroup {
  const group = { customers: list.length, predicted: 0, actual: 0 };
  for (const i of list) {
    group.predicted += predicted[i];
    group.actual += actual[i];
  }
  return group;
}
