import { parseDay } from '@perennial/analytics';
import { parseInstant } from '@perennial/membership';
import { readStoreSettings, type StoreSettings } from '@perennial/projection';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Failure } from './failure.js';

/** Options that stand before or after any command. */
export interface GlobalOptions {
  data: string;
}

export function dataOption(): Option {
  return new Option('--data <dir>', 'where the store is').env('PERENNIAL_DATA').default('./data');
}

/** Directory of what is embedded, and of what a command writes beside. */
export function dataDirOf(command: Command): string {
  return command.optsWithGlobals<GlobalOptions>().data;
}

/** Where the stores are: in that directory, or where the environment says. @throws Failure when it says nonsense. */
export function storesOf(command: Command): StoreSettings {
  try {
    return readStoreSettings(process.env, dataDirOf(command));
  } catch (error) {
    throw new Failure((error as Error).message);
  }
}

/** An instant given on the command line, UTC milliseconds. @throws InvalidArgumentError */
export function instantArgument(text: string): number {
  const instant = parseInstant(text);
  if (Number.isNaN(instant)) {
    throw new InvalidArgumentError('Give an ISO 8601 instant with a zone, such as 2025-01-31T08:00:00Z.');
  }
  return instant;
}

export function asOfOption(): Option {
  return new Option('--as-of <instant>', 'past, now or ahead (default: now)').argParser(instantArgument);
}

/** A day, such as `2025-01-31`, as a day number. */
export function dayOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    const day = parseDay(text);
    if (Number.isNaN(day)) throw new InvalidArgumentError('Give a day, such as 2025-01-31.');
    return day;
  });
}
