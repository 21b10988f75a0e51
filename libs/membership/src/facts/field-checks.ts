import { type Errors, refuse, refusePersonal, refuseValue } from './field-error.js';
import { daysInMonth, parseInstant, twoDigits } from './instant.js';

/** Checks of one field: each takes the errors so far, the value and its path, and gives back the errors. */
export type FieldCheck = (errors: Errors, value: unknown, path: string) => Errors;

export type JsonObject = Record<string, unknown>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ID = '1 to 128 printable characters without spaces';
const ID_LENGTH = 128;
const UNPRINTABLE = /[\p{C}\p{Z}]/u;

/** Ids (SPEC Appendix A): 1–128 printable characters (Unicode code points) without spaces. */
export function isId(value: unknown): value is string {
  if (typeof value !== 'string' || value === '') return false;
  const length = value.length;
  if (length > 2 * ID_LENGTH) return false;
  for (let i = 0; i < length; i++) {
    const unit = value.charCodeAt(i);
    if (unit <= 0x20 || unit >= 0x7f) return !UNPRINTABLE.test(value) && [...value].length <= ID_LENGTH;
  }
  return length <= ID_LENGTH;
}

export function checkId(errors: Errors, value: unknown, path: string): Errors {
  return isId(value) ? errors : refuseValue(errors, path, value, ID);
}

/** A text that says something. */
export function checkText(errors: Errors, value: unknown, path: string): Errors {
  return typeof value === 'string' && value !== ''
    ? errors
    : refuseValue(errors, path, value, 'a text that is not empty');
}

/** Any text, the empty one included. */
export function checkString(errors: Errors, value: unknown, path: string): Errors {
  return typeof value === 'string' ? errors : refuseValue(errors, path, value, 'a text');
}

export function checkFlag(errors: Errors, value: unknown, path: string): Errors {
  return typeof value === 'boolean' ? errors : refuseValue(errors, path, value, 'true or false');
}

export function isWholeNumber(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** Money in minor units, not negative. */
export function checkMoney(errors: Errors, value: unknown, path: string): Errors {
  return isWholeNumber(value, 0)
    ? errors
    : refuseValue(errors, path, value, 'a whole number of minor units, 0 or more');
}

/** Units of goods. */
export function checkQuantity(errors: Errors, value: unknown, path: string): Errors {
  return isWholeNumber(value, 1) ? errors : refuseValue(errors, path, value, 'a whole number of at least 1');
}

/** Points that are spent or held; 0 is allowed. */
export function checkPoints(errors: Errors, value: unknown, path: string): Errors {
  return isWholeNumber(value, 0) ? errors : refuseValue(errors, path, value, 'a whole number of points, 0 or more');
}

export function checkInstant(errors: Errors, value: unknown, path: string): Errors {
  return typeof value === 'string' && !Number.isNaN(parseInstant(value))
    ? errors
    : refuseValue(errors, path, value, INSTANT);
}

export const INSTANT = 'an ISO 8601 instant with a zone, such as 2025-01-31T08:00:00.000Z';

/** ISO 4217: three capital letters. Whether a rate is known for it is the program's to say. */
export function isCurrency(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length === 3 && isCapital(value, 0) && isCapital(value, 1) && isCapital(value, 2)
  );
}

function isCapital(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 65 && unit <= 90;
}

export function checkCurrency(errors: Errors, value: unknown, path: string): Errors {
  return isCurrency(value)
    ? errors
    : refuseValue(errors, path, value, 'an ISO 4217 code of three capital letters, such as EUR');
}

export function checkChoice(errors: Errors, value: unknown, path: string, choices: readonly string[]): Errors {
  return (choices as readonly unknown[]).includes(value)
    ? errors
    : refuseValue(errors, path, value, `one of ${choices.join(', ')}`);
}

/** `YYYY-MM-DD` or `--MM-DD`; the year does not count, so 29 Feb stands in every year (ruling 26). */
export function checkBirthday(errors: Errors, value: unknown, path: string): Errors {
  if (value === null || (typeof value === 'string' && isBirthday(value))) return errors;
  return refusePersonal(errors, path, value, 'a date YYYY-MM-DD, or --MM-DD without the year, or null');
}

const LEAP_YEAR = 2000;

function isBirthday(text: string): boolean {
  const hasYear = text.length === 10 && twoDigits(text, 0) >= 0 && twoDigits(text, 2) >= 0 && text[4] === '-';
  if (!hasYear && !(text.length === 7 && text.startsWith('--'))) return false;
  const month = text.length - 5;
  const day = twoDigits(text, month + 3);
  return text[month + 2] === '-' && day >= 1 && day <= daysInMonth(LEAP_YEAR, twoDigits(text, month));
}

/** Deeper data could not be written as JSON again without running out of stack. */
const MOST_LEVELS = 32;

export function checkNesting(errors: Errors, value: JsonObject, path: string): Errors {
  if (isNestedWithin(value, MOST_LEVELS)) return errors;
  return refuse(errors, path, `is nested too deeply: use at most ${MOST_LEVELS} levels`);
}

function isNestedWithin(value: object, levels: number): boolean {
  if (levels === 0) return false;
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      if (typeof item === 'object' && item !== null && !isNestedWithin(item, levels - 1)) return false;
    }
    return true;
  }
  for (const key in value) {
    const item = (value as JsonObject)[key];
    if (typeof item === 'object' && item !== null && !isNestedWithin(item, levels - 1)) return false;
  }
  return true;
}
