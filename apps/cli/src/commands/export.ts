import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Command } from 'commander';
import { storesOf } from '../options.js';
import { exportFacts } from '../store/export-facts.js';
import { withExistingStore } from '../store/open-store.js';
import type { Console } from '../terminal/console.js';
import { count } from '../terminal/figures.js';
import { Output } from '../terminal/output.js';

export function registerExport(program: Command, console: Console): void {
  program
    .command('export')
    .description('write programs and facts as JSON lines, in the order in which they were recorded')
    .argument('[file]', 'default: standard output')
    .option('--without-personal-data', 'leave out profiles and texts; they are in the clear otherwise')
    .action(async (file: string | undefined, options: { withoutPersonalData?: true }, command: Command) => {
      await withExistingStore(storesOf(command), async (stores) => {
        let unreadable = 0;
        const lines = exportFacts(stores, {
          personalData: options.withoutPersonalData ? 'withheld' : 'clear',
          onUnreadable: () => void unreadable++,
        });
        const written = await (file === undefined ? writeLines(lines, console.out) : writeFileLines(lines, file));
        console.say(`${count(written)} facts and programs exported`);
        if (unreadable > 0) {
          console.say(
            `The personal data of ${count(unreadable)} of them cannot be read: their keys are not in keys.db`,
          );
        }
      });
    });
}

async function writeLines(lines: AsyncIterable<string>, out: Output): Promise<number> {
  let written = 0;
  for await (const line of lines) {
    await out.line(line);
    written++;
  }
  await out.flush();
  return written;
}

async function writeFileLines(lines: AsyncIterable<string>, path: string): Promise<number> {
  // Personal data is in it.
  const stream = createWriteStream(path, { mode: 0o600 });
  const written = await writeLines(lines, new Output(stream));
  stream.end();
  await finished(stream);
  return written;
}
