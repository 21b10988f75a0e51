import { DateFormatError, localTimeReader } from './local-time.js';

const read = (format: string, zone: string, text: string, time?: string) => {
  const instant = localTimeReader(format, zone, time)(text);
  return instant === null ? null : new Date(instant).toISOString();
};

describe('local times', () => {
  it.each([
    ['yyyy-MM-dd HH:mm:ss', 'Europe/London', '2010-12-01 08:26:00', '2010-12-01T08:26:00.000Z'],
    ['yyyy-MM-dd HH:mm:ss', 'Europe/London', '2011-07-01 08:26:00', '2011-07-01T07:26:00.000Z'],
    ['M/d/yyyy H:mm', 'America/New_York', '7/4/2011 9:05', '2011-07-04T13:05:00.000Z'],
    ['dd.MM.yyyy HH:mm', 'Europe/Berlin', '31.12.2011 23:59', '2011-12-31T22:59:00.000Z'],
  ])('%s in %s: %s is %s', (format, zone, text, instant) => {
    expect(read(format, zone, text)).toBe(instant);
  });

  it('takes the time of day from the map where the format has none', () => {
    expect(read('yyyyMMdd', 'UTC', '19970101', '12:00')).toBe('1997-01-01T12:00:00.000Z');
  });

  it('takes the earlier of two instants that the clock shows, and moves on over a gap', () => {
    expect(read('yyyy-MM-dd HH:mm', 'Europe/London', '2011-10-30 01:30')).toBe('2011-10-30T00:30:00.000Z');
    expect(read('yyyy-MM-dd HH:mm', 'Europe/London', '2011-03-27 01:30')).toBe('2011-03-27T01:30:00.000Z');
  });

  it.each(['2011-02-29 00:00', '2011-13-01 00:00', '2011-01-01 24:00', '2011-01-01', '', ' 2011-01-01 00:00'])(
    '%s is no date',
    (text) => {
      expect(read('yyyy-MM-dd HH:mm', 'UTC', text)).toBeNull();
    },
  );

  it.each([
    ['yyyy-MM', 'UTC', '12:00', 'names no day'],
    ['yyyy-MM-dd dd', 'UTC', '12:00', 'names the day twice'],
    ['yyyy-MM-dd', 'UTC', undefined, 'give the time of the day'],
    ['yyyy-MM-dd', 'UTC', '25:00', 'give the time of the day'],
    ['yyyy-MM-dd HH:mm', 'UTC', '12:00', 'leave time out'],
    ['yyyy-MM-dd', 'Europe/Nowhere', '12:00', 'no IANA time zone'],
  ])('refuses the format %s in %s at %s', (format, zone, time, message) => {
    expect(() => localTimeReader(format, zone, time)).toThrow(DateFormatError);
    expect(() => localTimeReader(format, zone, time)).toThrow(message);
  });
});
