import type { History, PurchaseModelName } from '@perennial/analytics';
import type { SeededRandom } from './seeded-random.js';

/** Customers who behave as a model says, each watched for half the days to all of them. */
export function simulate(
  name: PurchaseModelName,
  [first, second, third, fourth]: readonly number[],
  { customers, days, random }: { customers: number; days: number; random: SeededRandom },
): History[] {
  return Array.from({ length: customers }, () => {
    const rate = random.gamma(first) / second;
    const T = days * (0.5 + random.uniform() / 2);
    const p = name === 'pareto-nbd' ? 0 : random.beta(third, fourth);
    const leavesAt = name === 'pareto-nbd' ? random.exponential(random.gamma(third) / fourth) : Infinity;
    const history = { x: 0, tx: 0, T };
    let alive = name !== 'mbg-nbd' || random.uniform() >= p;
    for (let t = random.exponential(rate); alive && t <= Math.min(T, leavesAt); t += random.exponential(rate)) {
      history.x++;
      history.tx = t;
      alive = random.uniform() >= p;
    }
    return history;
  });
}
