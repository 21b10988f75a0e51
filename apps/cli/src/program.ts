import { Command } from 'commander';
import { registerCases } from './commands/cases.js';
import { registerChurn } from './commands/churn.js';
import { registerCopyLog } from './commands/copy-log.js';
import { registerErase } from './commands/erase.js';
import { registerExplain } from './commands/explain.js';
import { registerExport } from './commands/export.js';
import { registerImport } from './commands/import.js';
import { registerMembers } from './commands/members.js';
import { registerMetrics } from './commands/metrics.js';
import { registerProgram } from './commands/program.js';
import { registerSimulate } from './commands/simulate.js';
import { registerStore } from './commands/store.js';
import { registerDemo } from './demo/demo-command.js';
import { dataOption } from './options.js';
import type { Console } from './terminal/console.js';

/** The command line, ready to parse. Throws CommanderError where commander would end the process. */
export function buildProgram(console: Console): Command {
  const program = new Command('perennial')
    .description('Customer lifecycle and membership engine')
    .addOption(dataOption())
    .exitOverride()
    .showHelpAfterError('(perennial --help lists the commands)');
  registerImport(program, console);
  registerExport(program, console);
  registerErase(program, console);
  registerProgram(program, console);
  registerMembers(program, console);
  registerExplain(program, console);
  registerMetrics(program, console);
  registerChurn(program, console);
  registerSimulate(program, console);
  registerStore(program, console);
  registerCopyLog(program, console);
  registerDemo(program, console);
  registerCases(program, console);
  return program;
}
