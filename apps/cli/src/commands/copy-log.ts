import { resolve } from 'node:path';
import {
  compareLogs,
  copyLog,
  CopyRefusedError,
  type EventLog,
  ForeignTargetError,
  LogUnavailableError,
} from '@perennial/event-log';
import type { StoreSettings } from '@perennial/projection';
import { type Command, Option } from 'commander';
import { Failure } from '../failure.js';
import { storesOf } from '../options.js';
import { type CopyPlace, isSource, withCopySource, withCopyTarget } from '../store/copy-target.js';
import type { Console } from '../terminal/console.js';
import { figures } from '../terminal/figures.js';

interface CopyLogOptions {
  to: 'eventstoredb' | 'sqlite';
  toUrl?: string;
  toNamespace?: string;
  toData?: string;
}

export function registerCopyLog(program: Command, console: Console): void {
  program
    .command('copy-log')
    .description('copy the log, record by record, into an empty one of another kind, and compare; safe to run again')
    .addOption(new Option('--to <kind>', 'what to copy to').choices(['eventstoredb', 'sqlite']).makeOptionMandatory())
    .option('--to-url <url>', 'with eventstoredb: connection string, esdb://host:2113?tls=true')
    .option('--to-namespace <text>', 'with eventstoredb: stands before the names of all streams (default: nothing)')
    .option('--to-data <dir>', 'with sqlite: the directory of the new store')
    .action(async (options: CopyLogOptions, command: Command) => {
      const target = targetOf(options, command);
      const settings = storesOf(command);
      if (isSource(target, settings)) command.error('error: that is the log to copy from');
      await withCopySource(settings, target, (source) => run(source, target, settings, console));
    });
}

function targetOf({ to, toUrl, toNamespace, toData }: CopyLogOptions, command: Command): CopyPlace {
  if (to === 'sqlite') {
    if (toUrl !== undefined || toNamespace !== undefined) {
      command.error('error: --to-url and --to-namespace go with --to eventstoredb');
    }
    if (toData === undefined) return command.error('error: --to sqlite needs --to-data DIR');
    return { kind: 'sqlite', dataDir: resolve(toData) };
  }
  if (toData !== undefined) command.error('error: --to-data goes with --to sqlite');
  if (toUrl === undefined) return command.error('error: --to eventstoredb needs --to-url URL');
  return { kind: 'eventstoredb', url: toUrl, namespace: toNamespace ?? '' };
}

async function run(source: EventLog, target: CopyPlace, { dataDir }: StoreSettings, console: Console): Promise<void> {
  const head = await source.head();
  await withCopyTarget(target, async (opened) => {
    const copied = await showing(console, 'copied', head, (progress) => copyLog(source, opened, progress)).catch(
      (error: unknown) => {
        throw asFailure(error);
      },
    );
    const compared = await showing(console, 'compared', head, (progress) =>
      compareLogs(source, opened, copied.position, progress),
    );
    const rows: [string, number][] = [
      ['already there', copied.there],
      ['copied', copied.copied],
      ['copied a second', copied.copied === 0 ? 0 : Math.round(copied.copied / Math.max(copied.seconds, 0.001))],
      ['compared', compared.records],
      ['different', compared.different],
    ];
    for (const line of figures(rows)) await console.out.line(line);
    if (compared.different > 0) throw new Failure('The copy is not like the log:', compared.descriptions);
    if ((await source.head()) > copied.position) {
      throw new Failure('Records came to the log meanwhile: stop what writes to it, and run this again');
    }
    console.say(`The copy is like the log. Before an engine starts on it: perennial rebuild (docs/copy-log.md)`);
    if (target.kind === 'sqlite')
      console.say(`Keys of personal data are still in ${dataDir}: copy keys.db and master.key`);
  });
}

/** Reasons that whoever copies can do something about. */
function asFailure(error: unknown): unknown {
  if (error instanceof ForeignTargetError || error instanceof CopyRefusedError) return new Failure(error.message);
  if (error instanceof LogUnavailableError)
    return new Failure(error.message, ['Run this again: it goes on from there']);
  return error;
}

async function showing<T>(
  console: Console,
  unit: string,
  head: number,
  work: (progress: (position: number, records: number) => void) => Promise<T>,
): Promise<T> {
  const progress = console.progress(unit);
  try {
    return await work((position, records) => progress.update(position, Math.max(head, position), records));
  } finally {
    progress.stop();
  }
}
