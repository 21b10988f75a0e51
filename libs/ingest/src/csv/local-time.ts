/** Parts of a local date and time that a format may name, and how they are written. */
const TOKENS: Record<string, { part: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'; digits: string }> = {
  yyyy: { part: 'year', digits: '\\d{4}' },
  MM: { part: 'month', digits: '\\d{2}' },
  M: { part: 'month', digits: '\\d{1,2}' },
  dd: { part: 'day', digits: '\\d{2}' },
  d: { part: 'day', digits: '\\d{1,2}' },
  HH: { part: 'hour', digits: '\\d{2}' },
  H: { part: 'hour', digits: '\\d{1,2}' },
  mm: { part: 'minute', digits: '\\d{2}' },
  ss: { part: 'second', digits: '\\d{2}' },
};

/** A date format that cannot be used, and why. */
export class DateFormatError extends Error {
  override readonly name = 'DateFormatError';
}

/** Reads a local date and time as UTC milliseconds; null when the text is none. */
export type ReadLocalTime = (text: string) => number | null;

/**
 * Makes the reader for a format such as `yyyy-MM-dd HH:mm:ss`: everything but the names of parts stands for itself.
 * A time that the clock shows twice is the earlier one, one that it leaves out is moved on by the gap.
 * @param zone IANA name. @param time `HH:mm` of the day, for formats without an hour.
 * @throws DateFormatError
 */
export function localTimeReader(format: string, zone: string, time?: string): ReadLocalTime {
  requireZone(zone);
  const parts: string[] = [];
  const pattern = format.replaceAll(/yyyy|MM?|dd?|HH?|mm|ss|[\s\S]/gu, (text) => {
    const token = Object.hasOwn(TOKENS, text) ? TOKENS[text] : undefined;
    if (token === undefined) return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
    if (parts.includes(token.part)) throw new DateFormatError(`${format} names the ${token.part} twice`);
    parts.push(token.part);
    return `(${token.digits})`;
  });
  for (const part of ['year', 'month', 'day']) {
    if (!parts.includes(part)) throw new DateFormatError(`${format} names no ${part}: use yyyy, MM and dd`);
  }
  const timeOfDay = readTimeOfDay(time, parts.includes('hour'));
  const expression = new RegExp(`^${pattern}$`);
  return (text) => {
    const match = expression.exec(text);
    if (match === null) return null;
    const fields: Record<string, number> = { ...timeOfDay };
    for (const [index, part] of parts.entries()) fields[part] = Number(match[index + 1]);
    return instantOf(fields as unknown as LocalTime, zone);
  };
}

type LocalTime = { year: number; month: number; day: number; hour?: number; minute?: number; second?: number };

function instantOf(fields: LocalTime, zone: string): number | null {
  try {
    return Temporal.PlainDateTime.from(fields, { overflow: 'reject' }).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    // No such day or time of day.
    return null;
  }
}

function readTimeOfDay(time: string | undefined, hasHour: boolean): { hour: number; minute: number } | undefined {
  if (hasHour) {
    if (time !== undefined) throw new DateFormatError('the format already names the hour: leave time out');
    return undefined;
  }
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time ?? '');
  if (match === null) throw new DateFormatError('the format names no hour: give the time of the day, such as 12:00');
  return { hour: Number(match[1]), minute: Number(match[2]) };
}

function requireZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new DateFormatError(`${zone} is no IANA time zone, such as Europe/London`);
  }
}
