import type { Backtest, ModelBacktest, PurchaseModelName } from '@perennial/analytics';
import { DAY_MS, iso } from '@perennial/membership';
import { fitName, type KeptFit, type ScoredCustomer } from '@perennial/projection';
import { count } from './figures.js';

/** A fit for people: parameters with their standard errors, what it was fitted on, and how it did on a hold-out. */
export function fitTable({ version, model, asOf, data, purchases, spend, currency, holdout }: KeptFit): string[] {
  const of = `${count(data.buyers)} buyers, ${count(data.repeatBuyers)} with a repeat purchase`;
  return [
    `${fitName(version)}: ${model} as of ${asOf}, purchases from ${data.from} to ${data.to}`,
    '',
    `${model} (${of}; times in ${purchases.unitDays === 7 ? 'weeks' : `units of ${purchases.unitDays} days`})`,
    ...parameterRows(purchases),
    '',
    ...(spend.ok
      ? [
          `gamma-gamma (${count(spend.fit.customers)} repeat buyers; values in ${currency})`,
          ...parameterRows(spend.fit),
        ]
      : [`gamma-gamma ${spend.reason}`]),
    '',
    ...('reason' in holdout
      ? [holdout.reason]
      : [
          `Hold-out ${holdout.from} to ${holdout.to}: ${count(holdout.customers)} customers`,
          `  purchase days  ${decimal(holdout.predicted, 1)} predicted, ${count(holdout.actual)} actual`,
          `  area under the curve of "buys within ${holdout.returnDays} days"  ${decimal(holdout.auc, 4)}`,
          ...decileRows(holdout.deciles),
        ]),
  ];
}

function parameterRows(fit: {
  parameters: object;
  standardErrors: object | null;
  logLikelihood: number;
  cautions: string[];
}): string[] {
  const errors = fit.standardErrors as Record<string, number> | null;
  const rows = Object.entries(fit.parameters as Record<string, number>).map(
    ([name, value]) =>
      `  ${name.padEnd(6)}${decimal(value, 4).padStart(12)}${errors ? `  ± ${decimal(errors[name], 4)}` : ''}`,
  );
  return [
    ...rows,
    `  log-likelihood ${decimal(fit.logLikelihood, 2)}`,
    ...fit.cautions.map((caution) => `  ${caution}`),
  ];
}

export const SCORE_TABLE_HEAD = scoreRow('customer', 'alive', 'band', '90 days', '365 days', 'value 365', 'lifetime');

export function scoreTableRow(customer: ScoredCustomer): string {
  const { customerId, probabilityAlive, band, expectedOrders, expectedValue, lifetimeValue } = customer;
  return scoreRow(
    customerId,
    decimal(probabilityAlive, 4),
    band,
    decimal(expectedOrders[90], 3),
    decimal(expectedOrders[365], 3),
    decimal(expectedValue && expectedValue[365], 0),
    decimal(lifetimeValue, 0),
  );
}

function scoreRow(id: string, alive: string, band: string, ...numbers: string[]): string {
  return [id.padEnd(24), alive.padStart(6), band.padEnd(8), ...numbers.map((text) => text.padStart(9))].join('  ');
}

/** Models side by side, and the rule that they have to beat. */
export function backtestTable(result: Backtest): string[] {
  const { splitDay, endDay, customers, actual, returned, returnDays, models, rule } = result;
  const date = (day: number) => iso(day * DAY_MS).slice(0, 10);
  return [
    `${date(splitDay)} to ${date(endDay)}: ${count(customers)} customers bought on ${count(actual)} days; ` +
      `${count(returned)} of them within ${returnDays} days`,
    '',
    `${'model'.padEnd(24)}  predicted  ÷ actual  mean error      AUC`,
    ...(Object.entries(models) as [PurchaseModelName, ModelBacktest | { reason: string }][]).map(([name, model]) =>
      'reason' in model
        ? `${name.padEnd(24)}  ${model.reason}`
        : [
            name.padEnd(24),
            decimal(model.predicted, 1).padStart(9),
            decimal(actual === 0 ? null : model.predicted / actual, 3).padStart(8),
            decimal(model.meanAbsoluteError, 3).padStart(10),
            decimal(model.auc, 4).padStart(7),
          ].join('  '),
    ),
    `${'gone after 90 days'.padEnd(24)}  ${''.padStart(9)}  ${''.padStart(8)}  ${''.padStart(10)}  ${decimal(rule.auc, 4).padStart(7)}`,
    '',
    `By that rule ${count(rule.stays.customers)} stay (${count(rule.stays.bought)} bought), ` +
      `${count(rule.gone.customers)} are gone (${count(rule.gone.bought)} bought all the same)`,
    ...Object.entries(models).flatMap(([name, model]) =>
      'reason' in model ? [] : ['', `${name}, customers by what is expected of them:`, ...decileRows(model.deciles)],
    ),
  ];
}

function decileRows(groups: readonly { customers: number; predicted: number; actual: number }[]): string[] {
  return groups.map(
    ({ customers, predicted, actual }, i) =>
      `  decile ${String(i + 1).padStart(2)}  ${count(customers).padStart(7)} customers  ` +
      `${decimal(predicted, 1).padStart(9)} predicted  ${count(actual).padStart(7)} actual`,
  );
}

function decimal(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}
