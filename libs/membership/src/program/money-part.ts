import { isCurrency } from '../facts/field-checks.js';
import { type Errors, refuse, refuseValue } from '../facts/field-error.js';
import { type Check, mapOf } from './document-checks.js';
import type { Program } from './program.js';

/** Time zone, currency and exchange rates of a program (SPEC §0, ruling 8). */

const CURRENCY = 'an ISO 4217 code of three capital letters, such as EUR';

export const currency: Check = (value) => (isCurrency(value) ? undefined : refuseValue(undefined, '', value, CURRENCY));

const rate: Check = (value) =>
  Number.isFinite(value) && (value as number) > 0
    ? undefined
    : refuseValue(undefined, '', value, 'a number above 0: minor units of the program for one of this currency');

export const exchangeRates = mapOf(isCurrency, CURRENCY, rate);

/** The program's own currency is never converted; a rate for it that says otherwise would be a mistake. */
export function checkOwnRate(program: Program): Errors {
  const own = program.exchangeRates[program.currency];
  if (own === undefined || own === 1) return undefined;
  return refuse(undefined, `exchangeRates.${program.currency}`, "is the program's own currency: leave its rate out");
}

export const timeZone: Check = (value) =>
  isTimeZone(value)
    ? undefined
    : refuseValue(undefined, '', value, 'a time zone of the IANA database, such as Europe/Berlin');

/** A fixed offset such as +08:00 is no time zone: calendar days need a zone's name. */
function isTimeZone(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
