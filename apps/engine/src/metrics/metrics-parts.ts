import type { Metrics } from '@perennial/analytics';

/** What a dashboard may ask for by itself, and which metrics that is. */
export const METRICS_PARTS = {
  summary: [
    'customers',
    'enrolled',
    'buyers',
    'purchases',
    'orders',
    'value',
    'aov',
    'repeatBuyers',
    'repeatRate',
    'buyersEver',
    'lifetimeValue',
  ],
  repeat: ['repeatWithin', 'timeToSecond', 'interval', 'windowToWindow'],
  churn: ['churn', 'reactivation'],
  funnel: ['funnel', 'abandonedCarts'],
  cohorts: ['cohorts'],
  stages: ['stages'],
  tiers: ['tiers'],
  liability: ['liability', 'totals'],
  rfm: ['rfm'],
  steps: ['steps'],
} as const satisfies Record<string, readonly (keyof Metrics)[]>;

export type MetricsPart = keyof typeof METRICS_PARTS;

export function isMetricsPart(name: string): name is MetricsPart {
  return Object.hasOwn(METRICS_PARTS, name);
}

/** A part, with the instant and the window that it is of. */
export function partOf(metrics: Metrics, part: MetricsPart): Partial<Metrics> {
  const keys: readonly (keyof Metrics)[] = ['asOf', 'window', 'mergeSameDay', ...METRICS_PARTS[part]];
  return Object.fromEntries(keys.map((key) => [key, metrics[key]]));
}
