import type { Command } from 'commander';
import { findCases, readCase } from '../cases/case-files.js';
import { playCase } from '../cases/play-case.js';
import type { Reading } from '../cases/reading.js';
import { Failure } from '../failure.js';
import type { Console } from '../terminal/console.js';

interface CasesOptions {
  without: string[];
  thorough?: true;
}

export function registerCases(program: Command, { out }: Console): void {
  program
    .command('cases')
    .description('play worked cases, each in a store of its own, and compare members and metrics with those expected')
    .argument('<dir...>', 'a case, or a folder of cases')
    .option(
      '--without <fields>',
      'fields left out of the comparison, such as tasks,churn; metrics: no metrics',
      (text) => text.split(','),
      [],
    )
    .option('--thorough', 'also from the read store, after a rebuild, without the read store, and shuffled')
    .action(async (dirs: string[], options: CasesOptions) => {
      const without = new Set(options.without);
      let different = 0;
      for (const dir of (await Promise.all(dirs.map(findCases))).flat()) {
        const worked = await readCase(dir);
        const readings = await playCase(worked, { without, thorough: options.thorough ?? false });
        for (const reading of readings) {
          for (const line of linesOf(worked.name, reading, options.thorough ?? false)) await out.line(line);
          if (!isEqual(reading)) different++;
        }
        await out.flush();
      }
      if (different > 0) throw new Failure('Not everything is as expected');
    });
}

function isEqual({ members, equal, fields, metricsEqual, problems }: Reading): boolean {
  return members === equal && fields.size === 0 && metricsEqual !== false && problems.length === 0;
}

function linesOf(name: string, reading: Reading, showWay: boolean): string[] {
  const { way, members, equal, fields, metricsEqual, samples, problems } = reading;
  const metrics = metricsEqual === null ? '' : `; metrics ${metricsEqual ? 'equal' : 'different'}`;
  const differing = [...fields].sort(([, a], [, b]) => b - a).map(([field, n]) => `${field} ${n}×`);
  const title = showWay ? `${name} (${way})` : name;
  return [
    `${title}: ${equal} of ${members} members equal${differing.length > 0 ? `; different: ${differing.join(', ')}` : ''}${metrics}`,
    ...[...problems, ...samples].map((line) => `  ${line}`),
  ];
}
