import { iso, parseProgram } from '@perennial/membership';
import { type Command, Option } from 'commander';
import { errorLines, Failure } from '../failure.js';
import { readJsonFile } from '../files/input-file.js';
import { instantArgument, storesOf } from '../options.js';
import { withStore } from '../store/open-store.js';
import type { Console } from '../terminal/console.js';

export function registerProgram(program: Command, console: Console): void {
  const commands = program.command('program').description('the program that members are judged under');
  commands
    .command('validate')
    .description('check a program document, without publishing it')
    .argument('<file>')
    .action(async (file: string) => {
      const parsed = parseProgram(await readJsonFile(file));
      if (!parsed.ok) throw new Failure(`${file} is no sound program`, errorLines(parsed.errors));
      await console.out.line(`${file} is a sound program`);
    });
  commands
    .command('publish')
    .description('publish a program document as the next version')
    .argument('<file>')
    .addOption(
      new Option(
        '--effective-from <instant>',
        'from when it applies (default: the beginning of time for the first version, now for later ones)',
      ).argParser(instantArgument),
    )
    .action(async (file: string, { effectiveFrom }: { effectiveFrom?: number }, command: Command) => {
      const document = await readJsonFile(file);
      await withStore(storesOf(command), async ({ catalogue }) => {
        const result = await catalogue.publish(document, { effectiveFrom, now: Date.now(), source: 'cli' });
        if (!result.ok) throw new Failure(`${file} cannot be published`, errorLines(result.errors));
        const { version, effectiveFrom: from } = result.version;
        const since = from === null ? 'the beginning of time' : iso(from);
        await console.out.line(`version ${version} applies from ${since}`);
        if (result.unchanged) console.say('Nothing was published: this is the last version already');
      });
    });
}
