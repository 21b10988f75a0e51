import { EXPLAINABLE, type Explainable, type ExplainQuestion } from '@perennial/membership';
import { explainMember } from '@perennial/projection';
import { type Command, Option } from 'commander';
import { Failure } from '../failure.js';
import { asOfOption, storesOf } from '../options.js';
import { withExistingStore } from '../store/open-store.js';
import type { Console } from '../terminal/console.js';
import { explanationLines } from '../terminal/explain-table.js';

interface ExplainOptions {
  what: Explainable;
  task?: string;
  asOf?: number;
  format: 'table' | 'json';
}

export function registerExplain(program: Command, { out }: Console): void {
  program
    .command('explain')
    .description('why a member has these points, this tier, this stage, or a task is as it is')
    .argument('<id>', 'customerId or an alias')
    .addOption(new Option('--what <what>').choices(EXPLAINABLE).default('points'))
    .option('--task <id>', 'the task, such as o-1/day-30; goes with --what task')
    .addOption(asOfOption())
    .addOption(new Option('--format <format>').choices(['table', 'json']).default('table'))
    .action(async (id: string, options: ExplainOptions, command: Command) => {
      const question = questionOf(options, command);
      await withExistingStore(storesOf(command), async (stores) => {
        const told = await explainMember(stores, id, question, options.asOf ?? Date.now());
        if (!told.known) {
          const missing =
            told.unknown === 'task' ? `${id} has no task ${options.task}` : `There is no fact about ${id}`;
          throw new Failure(`${missing} up to then`);
        }
        const { explanation } = told;
        const lines =
          options.format === 'json' ? [JSON.stringify(explanation, null, 2)] : explanationLines(explanation);
        for (const line of lines) await out.line(line);
      });
    });
}

function questionOf({ what, task }: ExplainOptions, command: Command): ExplainQuestion {
  if ((what === 'task') !== (task !== undefined)) command.error('error: --what task and --task ID go together');
  return what === 'task' ? { what, task: task! } : { what };
}
