import { PURCHASE_MODELS, type PurchaseModelName } from '@perennial/analytics';
import {
  backtestLog,
  fitModel,
  type FitStore,
  type KeptFit,
  type ScoredCustomer,
  scoreCustomers,
  type Stores,
} from '@perennial/projection';
import { type Command, Option } from 'commander';
import { Failure } from '../failure.js';
import { asOfOption, dayOption, storesOf } from '../options.js';
import { withExistingStore } from '../store/open-store.js';
import { backtestTable, fitTable, SCORE_TABLE_HEAD, scoreTableRow } from '../terminal/churn-tables.js';
import type { Console } from '../terminal/console.js';
import { figures } from '../terminal/figures.js';

interface FitOptions {
  model?: PurchaseModelName;
  asOf?: number;
  format: 'table' | 'json';
}

interface ScoreOptions {
  asOf?: number;
  fit?: number;
  record: boolean;
  format: 'summary' | 'table' | 'jsonl';
}

interface BacktestOptions {
  split: number;
  model?: PurchaseModelName;
  asOf?: number;
  format: 'table' | 'json';
}

/** docs/churn.md says what these print. */
export function registerChurn(program: Command, console: Console): void {
  const churn = program.command('churn').description('who is likely to buy again, and what that is worth');
  registerFit(churn, console);
  registerScore(churn, console);
  registerBacktest(churn, console);
}

function modelOption(otherwise: string): Option {
  return new Option('--model <model>', `the model of when customers buy (default: ${otherwise})`).choices(
    PURCHASE_MODELS,
  );
}

function formatOption<const T extends string>(choices: readonly [T, ...T[]]): Option {
  return new Option('--format <format>').choices(choices).default(choices[0]);
}

function registerFit(churn: Command, { out }: Console): void {
  churn
    .command('fit')
    .description('fit the models on everything that was bought, and keep the fit')
    .addOption(modelOption('the one that the program names'))
    .addOption(asOfOption())
    .addOption(formatOption(['table', 'json']))
    .action(async ({ model, asOf, format }: FitOptions, command: Command) => {
      await withExistingStore(storesOf(command), async (stores) => {
        const kept = await fitAndKeep(stores, stores.fits, { model, asOf });
        if (format === 'json') await out.line(JSON.stringify(kept));
        else for (const line of fitTable(kept)) await out.line(line);
      });
    });
}

function registerScore(churn: Command, console: Console): void {
  const { out } = console;
  churn
    .command('score')
    .description('score everybody who has bought, and record an assessment where the band changed')
    .addOption(asOfOption())
    .option('--fit <number>', 'the fit to score by (default: the newest; where there is none, one is made)', Number)
    .option('--no-record', 'only tell')
    .addOption(formatOption(['summary', 'table', 'jsonl']))
    .action(async ({ asOf, fit, record, format }: ScoreOptions, command: Command) => {
      const now = Date.now();
      if (record && asOf !== undefined && asOf > now) {
        throw new Failure('What lies ahead cannot be recorded: give --no-record to look ahead');
      }
      await withExistingStore(storesOf(command), async (stores) => {
        const kept = await fitToScoreBy(stores, stores.fits, fit, asOf);
        if (format === 'table') await out.line(SCORE_TABLE_HEAD);
        const write = lineWriter(format);
        const report = await scoreCustomers(stores, kept, { asOf: asOf ?? now, now, record }, async (customer) => {
          if (write) await out.line(write(customer));
        });
        const { bands, ...counts } = report;
        const rows = [...Object.entries({ fit: kept.version, ...counts }), ...Object.entries(bands)];
        if (format === 'summary') for (const line of figures(rows)) await out.line(line);
        else console.say(`${report.customers} buyers scored by fit-${kept.version}, ${report.recorded} recorded`);
      });
    });
}

function lineWriter(format: ScoreOptions['format']): ((customer: ScoredCustomer) => string) | null {
  if (format === 'summary') return null;
  if (format === 'table') return scoreTableRow;
  return ({ customerId, history: { x, tx, T }, changed, ...score }) =>
    JSON.stringify({ customerId, ...score, history: { x, tx, T }, changed });
}

function registerBacktest(churn: Command, { out }: Console): void {
  churn
    .command('backtest')
    .description('fit on what was bought before a day, and compare with what was bought from then on')
    .addOption(
      dayOption('--split <day>', 'first day of the second part, in the zone of the program').makeOptionMandatory(),
    )
    .addOption(modelOption('all, side by side'))
    .addOption(asOfOption())
    .addOption(formatOption(['table', 'json']))
    .action(async ({ split, model, asOf, format }: BacktestOptions, command: Command) => {
      await withExistingStore(storesOf(command), async (stores) => {
        const models = model && [model];
        const result = await backtestLog(stores, { splitDay: split, asOf: asOf ?? Date.now(), models }).catch(told);
        if (format === 'json') await out.line(JSON.stringify(result));
        else for (const line of backtestTable(result)) await out.line(line);
      });
    });
}

function told(error: unknown): never {
  throw error instanceof RangeError ? new Failure(error.message) : error;
}

async function fitAndKeep(
  stores: Stores,
  fits: FitStore,
  { model, asOf }: { model?: PurchaseModelName; asOf?: number },
): Promise<KeptFit> {
  const now = Date.now();
  const fitted = await fitModel(stores, { asOf: asOf ?? now, now, model });
  if (!fitted.ok) throw new Failure(fitted.reason);
  return fits.add(fitted.fit);
}

async function fitToScoreBy(
  stores: Stores,
  fits: FitStore,
  version: number | undefined,
  asOf: number | undefined,
): Promise<KeptFit> {
  if (version === undefined) return (await fits.last()) ?? fitAndKeep(stores, fits, { asOf });
  const kept = await fits.find(version);
  if (kept === null) throw new Failure(`There is no fit ${version}`);
  return kept;
}
