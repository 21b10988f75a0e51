/** Instants from 0000-01-01T00:00Z to the end of 9999: what ISO 8601 writes with four digits of year. */
const FIRST = -62_167_219_200_000;
const LAST = 253_402_300_799_999;

const ZERO = 48;
const COLON = 58;

/**
 * Reads an ISO 8601 instant: `YYYY-MM-DDTHH:MM[:SS[.fff…]]` with a zone, `Z` or an offset (`+08:00`, `+0800`).
 * Digits beyond the millisecond are cut off. What is taken here, `Date.parse` reads as the same instant. A loop over
 * characters, because every fact of an import passes here.
 *
 * @returns UTC milliseconds; NaN when the text is anything else, or names a day or time that does not exist.
 */
export function parseInstant(text: string): number {
  const day = parseDay(text);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  if (!(hour < 24 && minute < 60) || text[10] !== 'T' || text.charCodeAt(13) !== COLON) return NaN;
  let at = 16;
  let ms = 0;
  if (text.charCodeAt(at) === COLON) {
    const second = twoDigits(text, at + 1);
    if (!(second < 60)) return NaN;
    ms = second * 1000;
    at += 3;
    if (text[at] === '.') {
      const start = ++at;
      for (let digit = digitAt(text, at), unit = 100; digit >= 0; digit = digitAt(text, ++at), unit /= 10) {
        if (unit >= 1) ms += digit * unit;
      }
      if (at === start) return NaN;
    }
  }
  const offset = at === text.length - 1 && text[at] === 'Z' ? 0 : parseOffset(text, at);
  const instant = day * 86_400_000 + (hour * 60 + minute - offset) * 60_000 + ms;
  return instant >= FIRST && instant <= LAST ? instant : NaN;
}

/** Days from 1970-01-01 to the date at the start of `text`; NaN when it is none. */
function parseDay(text: string): number {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (text[4] !== '-' || text[7] !== '-' || !(year >= 0 && day >= 1 && day <= daysInMonth(year, month))) return NaN;
  // Years that start in March: the leap day is their last, and months before it have a fixed pattern of lengths.
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = month > 2 ? month - 3 : month + 9;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 719_469;
}

/** Minutes east of UTC that the zone at `at` names, up to the end of the text; NaN when it is none. */
function parseOffset(text: string, at: number): number {
  const sign = text[at] === '+' ? 1 : text[at] === '-' ? -1 : NaN;
  const hours = twoDigits(text, at + 1);
  const rest = text.charCodeAt(at + 3) === COLON ? at + 4 : at + 3;
  const minutes = twoDigits(text, rest);
  if (!(hours < 24 && minutes < 60) || text.length !== rest + 2) return NaN;
  return sign * (hours * 60 + minutes);
}

/** Days of a month 1–12 of a Gregorian year; NaN for another month. */
export function daysInMonth(year: number, month: number): number {
  if (!(month >= 1 && month <= 12)) return NaN;
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The number that two ASCII digits at `at` make; NaN when they are not digits. */
export function twoDigits(text: string, at: number): number {
  const tens = digitAt(text, at);
  const ones = digitAt(text, at + 1);
  return tens >= 0 && ones >= 0 ? tens * 10 + ones : NaN;
}

/** −1 for what is no ASCII digit. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - ZERO;
  return digit >= 0 && digit <= 9 ? digit : -1;
}
