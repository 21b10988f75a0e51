/** Why a cell is no amount. */
export type DecimalProblem = 'no-number' | 'inexact' | 'too-large';

const ZERO = 48;

/**
 * Reads a decimal such as `-12.50` in units of 10^-decimals, in whole numbers throughout: 11.77 with two decimals is
 * 1177, whatever binary fractions make of it.
 * @param options.mark the decimal mark, `.` or `,`. `round`: half-up (away from zero) instead of `inexact` when there are
 * more digits than fit.
 */
export function readDecimal(
  text: string,
  { decimals, mark = '.', round = false }: { decimals: number; mark?: string; round?: boolean },
): number | DecimalProblem {
  const negative = text.startsWith('-');
  const start = negative || text.startsWith('+') ? 1 : 0;
  const at = text.indexOf(mark, start);
  const whole = text.slice(start, at === -1 ? undefined : at);
  const fraction = at === -1 ? '' : text.slice(at + mark.length);
  if (!areDigits(whole) || !areDigits(fraction) || whole.length + fraction.length === 0) return 'no-number';
  let units = Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  if (hasDigitsBeyond(fraction, decimals)) {
    if (!round) return 'inexact';
    if (fraction.charCodeAt(decimals) - ZERO >= 5) units++;
  }
  if (!Number.isSafeInteger(units)) return 'too-large';
  return negative && units !== 0 ? -units : units;
}

function areDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return false;
  }
  return true;
}

function hasDigitsBeyond(fraction: string, decimals: number): boolean {
  for (let i = decimals; i < fraction.length; i++) if (fraction.charCodeAt(i) !== ZERO) return true;
  return false;
}
