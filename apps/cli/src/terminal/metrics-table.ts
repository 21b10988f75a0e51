import type { Metrics, StepEffect } from '@perennial/analytics';
import { count } from './figures.js';

type Row = readonly [name: string, figure: string];

/** Metrics for people: every number of SPEC Appendix D but the cells of cohorts and RFM, which are sums here. */
export function metricsTable(m: Metrics): string[] {
  const of = m.window ? `${m.window.from} to ${m.window.to}` : 'all time';
  return [
    `As of ${m.asOf}; money in minor units; – where there is nothing to divide by`,
    ...section(`Window: ${of}`, windowRows(m)),
    ...section('Coming back, ever', comingBackRows(m)),
    ...section('Customers', [
      ['customers', count(m.customers)],
      ['members', count(m.enrolled)],
      ['buyers ever', count(m.buyersEver)],
      ['lifetime value, historic', decimal(m.lifetimeValue.historic)],
      ['value ever', count(m.lifetimeValue.value)],
      ['abandoned carts', count(m.abandonedCarts)],
    ]),
    ...section('Stages', counted(m.stages)),
    ...section('Tiers', counted(m.tiers)),
    ...section('Points outstanding', counted(m.liability)),
    ...section('Points ever', counted({ ...m.totals })),
    ...section(
      'Cohorts: customers, and what they have bought',
      m.cohorts.map(({ cohort, size, months }): Row => {
        return [cohort, `${count(size)}  ${count(months.reduce((sum, { value }) => sum + value, 0))}`];
      }),
    ),
    ...Object.entries(m.steps).flatMap(([step, effect]) => section(`Reactivation: ${step}`, stepRows(effect))),
  ];
}

function windowRows(m: Metrics): Row[] {
  return [
    ['buyers', count(m.buyers)],
    ['purchases', count(m.purchases)],
    ['orders', count(m.orders)],
    ['value', count(m.value)],
    ['average order value', decimal(m.aov)],
    ['repeat buyers', count(m.repeatBuyers)],
    ['repeat rate', percent(m.repeatRate)],
    ...(m.windowToWindow === null ? [] : [['buy in the next window', percent(m.windowToWindow.rate)] as const]),
    ...(m.churn === null ? [] : [['churn rate', percent(m.churn.rate)] as const]),
    ...(m.reactivation === null ? [] : [['reactivation rate', percent(m.reactivation.rate)] as const]),
    [
      'visitors → with a cart → buyers',
      `${count(m.funnel.visit)} → ${count(m.funnel.cart)} → ${count(m.funnel.order)}`,
    ],
  ];
}

function comingBackRows({ repeatWithin, timeToSecond, interval }: Metrics): Row[] {
  return [
    ...Object.entries(repeatWithin).map(([days, { count: n, share }]): Row => {
      return [`within ${days} days`, `${count(n)}  ${percent(share)}`];
    }),
    ['days to the second purchase, median', decimal(timeToSecond.median)],
    ['days to the second purchase, mean', decimal(timeToSecond.mean)],
    ['days between purchases, median', decimal(interval.median)],
    ['days between purchases, mean', decimal(interval.mean)],
  ];
}

function stepRows({ treated, control, lift, interval95, ...counts }: StepEffect): Row[] {
  return [
    ...counted(counts),
    ['bought in time, of those treated', percent(treated.rate)],
    ['bought in time, of those held out', percent(control.rate)],
    ['lift', percent(lift)],
    ['95 % interval', interval95 === null ? '–' : interval95.map(percent).join(' to ')],
  ];
}

function counted(figures: Record<string, number>): Row[] {
  return Object.entries(figures).map(([name, figure]) => [name, count(figure)]);
}

/** Nothing where there are no rows. */
function section(title: string, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const names = Math.max(...rows.map(([name]) => name.length));
  const widest = Math.max(...rows.map(([, figure]) => figure.length));
  return ['', title, ...rows.map(([name, figure]) => `  ${name.padEnd(names)}  ${figure.padStart(widest)}`)];
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(2)} %`;
}

function decimal(value: number | null): string {
  return value === null ? '–' : value.toFixed(2);
}
