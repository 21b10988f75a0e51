import { type Command, Option } from 'commander';
import { dataDirOf, instantArgument, storesOf } from '../options.js';
import { withStore } from '../store/open-store.js';
import type { Console } from '../terminal/console.js';
import { figures } from '../terminal/figures.js';
import { importShop } from './demo-import.js';
import { demoShop, simulateShop } from './demo-shop.js';

const DAY_MS = 86_400_000;

/** `perennial demo`. */
export function registerDemo(program: Command, console: Console): void {
  program
    .command('demo')
    .description('fill an empty store with a simulated shop: 2,000 customers over 18 months; safe to run again')
    .addOption(
      new Option('--until <instant>', 'when it ends (default: the last midnight, UTC)').argParser(instantArgument),
    )
    .action(async ({ until = lastMidnight() }: { until?: number }, command: Command) => {
      const facts = simulateShop(demoShop(until));
      const progress = console.progress('facts');
      const dataDir = dataDirOf(command);
      try {
        const report = await withStore(storesOf(command), (stores) => importShop(stores, facts, progress));
        progress.stop();
        const rows = [
          ['simulated', facts.length],
          ['added', report.added],
          ['already there', report.known],
        ] as const;
        for (const line of figures(rows)) await console.out.line(line);
        console.say(
          `The store in ${dataDir} holds a simulated shop; everything in it says so: source "simulated-shop".`,
        );
        if (report.added > 0) console.say('Look at it with "npx perennial members", or start the engine: npm start');
      } finally {
        progress.stop();
      }
    });
}

function lastMidnight(): number {
  return Math.floor(Date.now() / DAY_MS) * DAY_MS;
}
