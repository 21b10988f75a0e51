import { parseProgram, type Program } from '@perennial/membership';
import { DraftError, simulate, type SimulationReport, type StoreSettings } from '@perennial/projection';
import { type Command, Option } from 'commander';
import { errorLines, Failure } from '../failure.js';
import { readJsonFile } from '../files/input-file.js';
import { asOfOption, instantArgument, storesOf } from '../options.js';
import { withLogForReading } from '../store/open-store.js';
import type { Console } from '../terminal/console.js';
import { simulationLines } from '../terminal/simulation-table.js';

interface SimulateOptions {
  asOf?: number;
  from?: number | null;
  format: 'table' | 'json';
}

export function registerSimulate(program: Command, console: Console): void {
  program
    .command('simulate')
    .description('what if: fold the whole history under a draft program too, and compare; nothing is changed')
    .argument('<file>', 'a program document')
    .addOption(asOfOption())
    .addOption(
      new Option(
        '--from <instant>',
        'from when on the draft is tried, also in the past (default: from the beginning, instead of every version)',
      ).argParser(instantArgument),
    )
    .addOption(new Option('--format <format>').choices(['table', 'json']).default('table'))
    .action(async (file: string, options: SimulateOptions, command: Command) => {
      const draft = await readProgram(file);
      const report = await runSimulation(file, draft, options, storesOf(command), console);
      const lines = options.format === 'json' ? [JSON.stringify(report, null, 2)] : simulationLines(report);
      for (const line of lines) await console.out.line(line);
    });
}

async function readProgram(file: string): Promise<Program> {
  const parsed = parseProgram(await readJsonFile(file));
  if (!parsed.ok) throw new Failure(`${file} is no sound program`, errorLines(parsed.errors));
  return parsed.program;
}

async function runSimulation(
  file: string,
  program: Program,
  { asOf = Date.now(), from = null }: SimulateOptions,
  settings: StoreSettings,
  console: Console,
): Promise<SimulationReport> {
  const progress = console.progress('customers');
  try {
    return await withLogForReading(settings, (log) =>
      simulate(
        { log },
        {
          program,
          from,
          asOf,
          onProgress: ({ share, customers }) => progress.update(Math.round(1000 * share), 1000, customers),
        },
      ),
    );
  } catch (error) {
    if (error instanceof DraftError) throw new Failure(`${file} cannot be tried`, errorLines(error.errors));
    throw error;
  } finally {
    progress.stop();
  }
}
