import { basename, join } from 'node:path';
import { type ImportReport, setAsideTotal } from '@perennial/ingest';
import { type StoreSettings, tick } from '@perennial/projection';
import { type Command, Option } from 'commander';
import { Failure } from '../failure.js';
import { RejectedFile } from '../files/rejected-file.js';
import { storesOf } from '../options.js';
import { importFile, readMapFile } from '../store/import-file.js';
import { catchUp, withStore } from '../store/open-store.js';
import type { Console } from '../terminal/console.js';
import { figures } from '../terminal/figures.js';

interface ImportCommandOptions {
  format?: 'jsonl' | 'csv';
  map?: string;
  announce?: true;
  strict?: true;
  rejected?: string;
}

export function registerImport(program: Command, console: Console): void {
  program
    .command('import')
    .description('take facts from a file of JSON lines or a table, plain or .gz; safe to run again')
    .argument('<file>')
    .addOption(new Option('--format <format>', 'default: csv with a map, else jsonl').choices(['jsonl', 'csv']))
    .option('--map <file>', 'how the rows of a table become facts (docs/csv-maps.md)')
    .option('--announce', 'announce to subscribers what the facts changed, as if they had come live')
    .option('--strict', 'exit with 1 when anything was set aside')
    .option('--rejected <file>', 'where to write what was set aside (default: beside the store)')
    .action(async (file: string, options: ImportCommandOptions, command: Command) => {
      const { format = options.map === undefined ? 'jsonl' : 'csv' } = options;
      if (format === 'csv' && options.map === undefined) command.error('error: --format csv needs --map FILE');
      if (format === 'jsonl' && options.map !== undefined) command.error('error: --map goes with --format csv');
      await runImport(file, options, storesOf(command), console);
    });
}

async function runImport(file: string, options: ImportCommandOptions, settings: StoreSettings, console: Console) {
  const map = options.map === undefined ? null : await readMapFile(options.map);
  const rejected = await RejectedFile.replace(
    options.rejected ?? join(settings.dataDir, `${basename(file)}.rejected.jsonl`),
  );
  const progress = console.progress('read');
  try {
    await withStore(settings, async (stores) => {
      const report = await importFile(stores, {
        file,
        map,
        announce: options.announce ?? false,
        onRejected: (rejection) => rejected.add(rejection),
        progress,
      });
      progress.stop();
      if (report.added + report.programs > 0) {
        await tick(stores.log, Date.now());
        await catchUp(stores);
      }
      await tell(report, rejected.path, console);
      const aside = setAsideTotal(report);
      if (!report.complete) throw new Failure(`${file} breaks off: what stands before has been imported`);
      if (options.strict && aside > 0) throw new Failure('Something was set aside, and --strict asked for none');
    });
  } finally {
    progress.stop();
    await rejected.close();
  }
}

async function tell(report: ImportReport, rejectedPath: string, { out, say }: Console): Promise<void> {
  const reasons = [...report.setAside].sort(([, a], [, b]) => b - a);
  const rows: [string, number][] = [
    ['read', report.read],
    ['added', report.added],
    ...(report.programs > 0 ? [['programs added', report.programs] satisfies [string, number]] : []),
    ['already there', report.known],
    ['set aside', setAsideTotal(report)],
    ...reasons.map(([reason, n]): [string, number] => [`  ${reason}`, n]),
  ];
  for (const line of figures(rows)) await out.line(line);
  if (reasons.length > 0) say(`What was set aside is in ${rejectedPath}`);
  if (report.added + report.programs === 0) say('Nothing was added: there is nothing new in this file');
}
