import { type DecimalProblem, readDecimal } from './decimal.js';
import { DateFormatError, localTimeReader } from './local-time.js';

/** A cell is not what an expression reads. */
export class Wrong {
  constructor(readonly message: string) {}
}

type JsonObject = Record<string, unknown>;

type Read = (cell: string) => string | number | Wrong;

export interface Expression {
  options: readonly string[];
  reader(template: JsonObject, refuse: (option: string, message: string) => void): Read;
}

const NO_READER = (): Read => (cell) => cell;

/** Expressions over one column, and `$rows`. An empty cell leaves the field out. */
export const EXPRESSIONS: Record<string, Expression> = {
  $text: { options: [], reader: NO_READER },
  $integer: { options: [], reader: () => (cell) => decimal(cell, { decimals: 0 }, 'a whole number') },
  $number: {
    options: [],
    reader: () => (cell) => (Number.isFinite(Number(cell)) ? Number(cell) : new Wrong('is no number')),
  },
  $money: { options: ['decimals', 'mark', 'round'], reader: moneyReader },
  $date: { options: ['format', 'timeZone', 'time'], reader: dateReader },
  $rows: { options: [], reader: NO_READER },
};

const MOST_DECIMALS = 6;

function moneyReader(template: JsonObject, refuse: (option: string, message: string) => void): Read {
  const { decimals = 2, mark = '.', round } = template;
  if (!Number.isInteger(decimals) || (decimals as number) < 0 || (decimals as number) > MOST_DECIMALS) {
    refuse('decimals', `must be a whole number from 0 to ${MOST_DECIMALS}`);
  }
  if (mark !== '.' && mark !== ',') refuse('mark', 'must be . or ,');
  if (round !== undefined && round !== 'half-up')
    refuse('round', 'must be half-up, or left out to refuse what is finer');
  const options = { decimals: decimals as number, mark: mark as string, round: round === 'half-up' };
  return (cell) => decimal(cell, options, `an amount with at most ${options.decimals} decimals`);
}

function decimal(cell: string, options: { decimals: number; mark?: string; round?: boolean }, what: string) {
  const value = readDecimal(cell, options);
  return typeof value === 'number' ? value : new Wrong(PROBLEMS[value](what));
}

const PROBLEMS: Record<DecimalProblem, (what: string) => string> = {
  'no-number': (what) => `is not ${what}`,
  inexact: (what) => `is not ${what}: say "round": "half-up" in the map if it may be rounded`,
  'too-large': () => 'is too large to be counted exactly',
};

function dateReader(template: JsonObject, refuse: (option: string, message: string) => void): Read {
  const { format, timeZone, time } = template;
  for (const [option, value] of Object.entries({ format, timeZone })) {
    if (typeof value !== 'string') refuse(option, 'must be a text');
  }
  if (time !== undefined && typeof time !== 'string') refuse('time', 'must be a text such as 12:00');
  if (typeof format !== 'string' || typeof timeZone !== 'string') return NO_READER();
  try {
    const read = localTimeReader(format, timeZone, time as string | undefined);
    return (cell) => {
      const instant = read(cell);
      return instant === null ? new Wrong(`is no date in the form ${format}`) : new Date(instant).toISOString();
    };
  } catch (error) {
    if (!(error instanceof DateFormatError)) throw error;
    refuse('format', error.message);
    return NO_READER();
  }
}
