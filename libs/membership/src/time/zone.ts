/** Calendar days in an IANA time zone (SPEC §0, ruling 7). A day is a number: days since 1970-01-01. */
export const DAY_MS = 86_400_000;

interface Segment {
  from: number;
  to: number;
  offset: number;
}

export class Zone {
  private static readonly zones = new Map<string, Zone>();
  /** One instance per zone, because its tables of offsets and days are worth keeping. */
  static of(name: string): Zone {
    let zone = Zone.zones.get(name);
    if (!zone) Zone.zones.set(name, (zone = new Zone(name)));
    return zone;
  }

  private segment: Segment = { from: 0, to: 0, offset: 0 };
  private readonly segments: Segment[] = [];
  private readonly starts = new Map<number, number>();

  private constructor(readonly name: string) {}

  /** The calendar day that `t` (UTC ms) lies in. */
  dayOf(t: number): number {
    return Math.floor((t + this.offsetAt(t)) / DAY_MS);
  }

  /** The first instant that bears the date of `day`. */
  startOfDay(day: number): number {
    let start = this.starts.get(day);
    if (start === undefined) this.starts.set(day, (start = this.findStart(day)));
    return start;
  }

  isStartOfDay(t: number): boolean {
    return this.startOfDay(this.dayOf(t)) === t;
  }

  private offsetAt(t: number): number {
    const s = this.segment;
    if (t >= s.from && t < s.to) return s.offset;
    return (this.segment = this.findSegment(t)).offset;
  }

  /** Local midnight may not exist (a change at 0:00) or the whole day may be missing: then the first later instant. */
  private findStart(day: number): number {
    const local = day * DAY_MS;
    let best = Infinity;
    for (let s = this.findSegment(local - 2 * DAY_MS); s.from < local + 2 * DAY_MS; s = this.findSegment(s.to)) {
      const start = Math.max(s.from, local - s.offset);
      if (start < s.to && start < best && Math.floor((start + s.offset) / DAY_MS) >= day) best = start;
      if (s.to === Infinity) break;
    }
    return best;
  }

  private findSegment(t: number): Segment {
    let low = 0;
    let high = this.segments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.segments[middle].to <= t) low = middle + 1;
      else high = middle;
    }
    const known = this.segments[low];
    if (known && known.from <= t) return known;
    const at = Temporal.Instant.fromEpochMilliseconds(t).toZonedDateTimeISO(this.name);
    const previous = at.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
    const next = at.getTimeZoneTransition('next');
    const found = {
      from: previous ? previous.epochMilliseconds : -Infinity,
      to: next ? next.epochMilliseconds : Infinity,
      offset: at.offsetNanoseconds / 1e6,
    };
    this.segments.splice(low, 0, found);
    return found;
  }
}

export interface CivilDate {
  year: number;
  /** 1–12 */
  month: number;
  /** 1–31 */
  day: number;
}

/** Days of a 400-year cycle, after which the Gregorian calendar repeats. */
const CYCLE = 146_097;
/** Day number of 1 March of the year 0: counted from March, the leap day is a year's last. */
const MARCH_OF_YEAR_0 = -719_468;

/** Proleptic Gregorian date of a day number; integer arithmetic, because every lot and period asks for it. */
export function civil(day: number): CivilDate {
  const shifted = day - MARCH_OF_YEAR_0;
  const cycle = Math.floor(shifted / CYCLE);
  const inCycle = shifted - cycle * CYCLE;
  const yearOfCycle = Math.floor(
    (inCycle - Math.floor(inCycle / 1460) + Math.floor(inCycle / 36_524) - Math.floor(inCycle / 146_096)) / 365,
  );
  const inYear = inCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const fromMarch = Math.floor((5 * inYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0);
  return { year, month, day: inYear - Math.floor((153 * fromMarch + 2) / 5) + 1 };
}

/** Day number of a date; months and days out of range roll over. */
export function dayNumber(year: number, month: number, day: number): number {
  const months = year * 12 + month - 3;
  const marchYear = Math.floor(months / 12);
  const fromMarch = months - marchYear * 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return MARCH_OF_YEAR_0 + 365 * marchYear + leapDays + Math.floor((153 * fromMarch + 2) / 5) + day - 1;
}

/** Adds calendar months, clamping to the last day of the month (31 Jan + 1 month = 28/29 Feb). */
export function addMonths(day: number, months: number): number {
  const date = civil(day);
  const lastOfTarget = civil(dayNumber(date.year, date.month + months + 1, 0)).day;
  return dayNumber(date.year, date.month + months, Math.min(date.day, lastOfTarget));
}

/** Last day of the calendar period that `day` lies in. */
export function endOfPeriod(day: number, period: 'day' | 'month' | 'quarter' | 'year'): number {
  const { year, month } = civil(day);
  switch (period) {
    case 'day':
      return day;
    case 'month':
      return dayNumber(year, month + 1, 0);
    case 'quarter':
      return dayNumber(year, Math.ceil(month / 3) * 3 + 1, 0);
    case 'year':
      return dayNumber(year, 12, 31);
  }
}

/** ISO 8601 with milliseconds, UTC. */
export function iso(t: number): string {
  return new Date(t).toISOString();
}
