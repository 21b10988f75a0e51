import fc from 'fast-check';
import { addMonths, civil, DAY_MS, dayNumber, endOfPeriod, iso, Zone } from './zone.js';

describe('calendar dates', () => {
  it('agree with the platform calendar', () => {
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 200_000 }), (day) => {
        const d = new Date(day * DAY_MS);
        expect(civil(day)).toEqual({ year: d.getUTCFullYear(), month: d.getUTCMonth() + 1, day: d.getUTCDate() });
        const { year, month, day: dayOfMonth } = civil(day);
        expect(dayNumber(year, month, dayOfMonth)).toBe(day);
      }),
    );
  });

  it('clamp when months are added', () => {
    const day = dayNumber(2024, 1, 31);
    expect(civil(addMonths(day, 1))).toEqual({ year: 2024, month: 2, day: 29 });
    expect(civil(addMonths(day, 13))).toEqual({ year: 2025, month: 2, day: 28 });
    expect(civil(addMonths(day, -2))).toEqual({ year: 2023, month: 11, day: 30 });
  });

  it('know the last day of their month, quarter and year', () => {
    const day = dayNumber(2024, 2, 3);
    expect(civil(endOfPeriod(day, 'month'))).toEqual({ year: 2024, month: 2, day: 29 });
    expect(civil(endOfPeriod(day, 'quarter'))).toEqual({ year: 2024, month: 3, day: 31 });
    expect(civil(endOfPeriod(day, 'year'))).toEqual({ year: 2024, month: 12, day: 31 });
    expect(endOfPeriod(day, 'day')).toBe(day);
  });
});

describe('a day in a time zone', () => {
  const startIn = (zone: string, year: number, month: number, day: number) =>
    iso(Zone.of(zone).startOfDay(dayNumber(year, month, day)));

  it('starts at local midnight, summer and winter', () => {
    expect(startIn('Europe/Berlin', 2024, 1, 1)).toBe('2023-12-31T23:00:00.000Z');
    expect(startIn('Europe/Berlin', 2024, 7, 1)).toBe('2024-06-30T22:00:00.000Z');
    expect(startIn('Asia/Shanghai', 2024, 7, 1)).toBe('2024-06-30T16:00:00.000Z');
  });

  it('starts later where midnight does not exist', () => {
    // Beirut goes from 00:00 to 01:00 on 31 March 2024.
    expect(startIn('Asia/Beirut', 2024, 3, 31)).toBe('2024-03-30T22:00:00.000Z');
    expect(Zone.of('Asia/Beirut').dayOf(Date.parse('2024-03-30T21:59:59.999Z'))).toBe(dayNumber(2024, 3, 30));
  });

  it('starts the first time where midnight comes twice', () => {
    // Havana goes from 01:00 back to 00:00 on 3 November 2024.
    expect(startIn('America/Havana', 2024, 11, 3)).toBe('2024-11-03T04:00:00.000Z');
  });

  it('is skipped where the zone crossed the date line', () => {
    // Apia had no 30 December 2011.
    const apia = Zone.of('Pacific/Apia');
    expect(apia.startOfDay(dayNumber(2011, 12, 30))).toBe(apia.startOfDay(dayNumber(2011, 12, 31)));
  });

  it('holds exactly the instants from its start to the next day’s start', () => {
    const zones = ['UTC', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Auckland', 'Asia/Beirut', 'Asia/Kolkata'];
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 2_000_000_000_000 }), (name, t) => {
        const zone = Zone.of(name);
        const day = zone.dayOf(t);
        expect(zone.startOfDay(day)).toBeLessThanOrEqual(t);
        expect(zone.startOfDay(day + 1)).toBeGreaterThan(t);
        expect(zone.isStartOfDay(zone.startOfDay(day))).toBe(true);
      }),
    );
  });
});
