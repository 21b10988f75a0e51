import type { DayWindow } from '@perennial/analytics';
import { readMetrics, readRfm } from '@perennial/projection';
import { type Command, Option } from 'commander';
import { asOfOption, dayOption, storesOf } from '../options.js';
import { withExistingStore } from '../store/open-store.js';
import type { Console } from '../terminal/console.js';
import { metricsTable } from '../terminal/metrics-table.js';
import { RFM_TABLE_HEAD, rfmTableRow } from '../terminal/rfm-table.js';

interface MetricsCommandOptions {
  asOf?: number;
  from?: number;
  to?: number;
  format: 'table' | 'json';
}

export function registerMetrics(program: Command, { out }: Console): void {
  program
    .command('metrics')
    .description('repurchase, cohorts, churn, stages, tiers, points, and what reactivation brings (docs/metrics.md)')
    .addOption(asOfOption())
    .addOption(dayOption('--from <day>', 'first day of the window, in the zone of the program (default: all time)'))
    .addOption(dayOption('--to <day>', 'the day after the last'))
    .addOption(new Option('--format <format>').choices(['table', 'json']).default('table'))
    .action(async ({ asOf, from, to, format }: MetricsCommandOptions, command: Command) => {
      const window = windowOf(from, to, command);
      await withExistingStore(storesOf(command), async (stores) => {
        const metrics = await readMetrics(stores, { asOf: asOf ?? Date.now(), window });
        if (format === 'json') await out.line(JSON.stringify(metrics));
        else for (const line of metricsTable(metrics)) await out.line(line);
      });
    });
  program
    .command('rfm')
    .description('recency, frequency and value of every buyer, scored 1 to 5, with the segment')
    .addOption(asOfOption())
    .addOption(new Option('--format <format>').choices(['table', 'jsonl']).default('table'))
    .action(async ({ asOf, format }: { asOf?: number; format: 'table' | 'jsonl' }, command: Command) => {
      await withExistingStore(storesOf(command), async (stores) => {
        const rows = await readRfm(stores, asOf ?? Date.now());
        if (format === 'table') await out.line(RFM_TABLE_HEAD);
        for (const row of rows) await out.line(format === 'table' ? rfmTableRow(row) : JSON.stringify(row));
      });
    });
}

function windowOf(from: number | undefined, to: number | undefined, command: Command): DayWindow | null {
  if (from === undefined && to === undefined) return null;
  if (from === undefined || to === undefined) return command.error('error: a window needs both --from and --to');
  if (from >= to) return command.error('error: --to must be a day after --from');
  return { from, to };
}
