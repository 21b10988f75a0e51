import { CommanderError } from 'commander';
import { Failure } from './failure.js';
import { buildProgram } from './program.js';
import { processConsole, type Console } from './terminal/console.js';
import { OutputClosedError } from './terminal/output.js';

const NOT_DONE = 1;
const USAGE = 2;

/** Runs the command line. Sets the exit code: 0 done, 1 not done, 2 not understood. */
export async function main(argv: readonly string[]): Promise<void> {
  const console = processConsole();
  const run = async (work: () => Promise<unknown>): Promise<number> => {
    try {
      await work();
      return 0;
    } catch (error) {
      return exitCodeOf(error, console);
    }
  };
  const done = await run(() => buildProgram(console).parseAsync([...argv]));
  // What failed may have results to show all the same.
  const shown = await run(() => console.out.flush());
  process.exitCode = Math.max(done, shown);
}

function exitCodeOf(error: unknown, console: Console): number {
  if (error instanceof OutputClosedError) return 0;
  // Commander has said what it has to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (error instanceof Failure) for (const line of [error.message, ...error.details]) console.say(line);
  else console.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return NOT_DONE;
}
