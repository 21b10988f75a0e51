import { rebuild, verify, type VerifyReport } from '@perennial/projection';
import type { Command } from 'commander';
import { Failure } from '../failure.js';
import { storesOf } from '../options.js';
import { catchUp, withExistingStore } from '../store/open-store.js';
import type { Console } from '../terminal/console.js';
import { count, figures } from '../terminal/figures.js';

export function registerStore(program: Command, console: Console): void {
  program
    .command('rebuild')
    .description('make the read store anew from the log, beside the one in use, then swap it in')
    .action(async (_options: object, command: Command) => {
      const progress = console.progress('records');
      await withExistingStore(storesOf(command), async ({ log, stores }) => {
        const report = await rebuild(log, stores, (position, head, records) =>
          progress.update(position, head, records),
        );
        progress.stop();
        await console.out.line(`${count(report.members)} members rebuilt in ${report.seconds.toFixed(1)} s`);
      }).finally(() => progress.stop());
    });
  program
    .command('verify')
    .description('fold the whole log afresh and compare with the read store; add up every point')
    .action(async (_options: object, command: Command) => {
      await withExistingStore(storesOf(command), async (stores) => {
        await catchUp(stores);
        const report = await verify(stores.log, stores.stores);
        await tell(report, console);
        if (!report.ok) throw new Failure('The read store and the log do not agree: run perennial rebuild');
      });
    });
}

async function tell(report: VerifyReport, { out }: Console): Promise<void> {
  const { conservation, different, parked } = report;
  const { ok: balanced, ...points } = conservation;
  const rows: [string, number][] = [
    ['facts', report.facts],
    ['members', report.members],
    ['members that differ', different.length],
    ['members set aside by an error', parked.length],
    ...Object.entries(points).map(([name, value]): [string, number] => [`points ${name}`, value]),
  ];
  for (const line of figures(rows)) await out.line(line);
  for (const { customerId, what } of different) await out.line(`${customerId} differs: ${what}`);
  for (const { customerId, error } of parked) await out.line(`${customerId} is set aside: ${error}`);
  await out.line(balanced ? 'points add up' : 'points do not add up');
}
