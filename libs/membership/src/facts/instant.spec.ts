import fc from 'fast-check';
import { parseInstant } from './instant.js';

describe('An instant', () => {
  it('is read to the millisecond, whatever instant between the years 0 and 9999 it is', () => {
    const instants = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(fc.property(instants, (date) => parseInstant(date.toISOString()) === date.getTime()));
  });

  it.each([
    ['2025-01-31T08:00:00Z', '2025-01-31T08:00:00.000Z'],
    ['2025-01-31T08:00Z', '2025-01-31T08:00:00.000Z'],
    ['2025-01-31T08:00:00.5Z', '2025-01-31T08:00:00.500Z'],
    ['2025-01-31T08:00:00.123987654Z', '2025-01-31T08:00:00.123Z'],
    ['2025-01-31T08:00:00+08:00', '2025-01-31T00:00:00.000Z'],
    ['2025-01-31T08:00:00.000-0330', '2025-01-31T11:30:00.000Z'],
    ['2025-01-31T08:00+0800', '2025-01-31T00:00:00.000Z'],
    ['2024-02-29T23:59:59.999-01:00', '2024-03-01T00:59:59.999Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
  ])('may be written as %s', (text, same) => {
    expect(parseInstant(text)).toBe(Date.parse(same));
  });

  it.each([
    '',
    '2025-01-31',
    '2025-01-31T08:00:00',
    '2025-01-31 08:00:00Z',
    '2025-01-31t08:00:00z',
    '2025-01-31T08:00:00ZZ',
    ' 2025-01-31T08:00:00Z',
    '2025-01-31T08:00:00Z ',
    '2025-01-31T08Z',
    '2025-01-31T08:00:00.Z',
    '2025-01-31T24:00:00Z',
    '2025-01-31T08:60:00Z',
    '2025-01-31T08:00:60Z',
    '2025-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2025-04-31T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-00-01T00:00:00Z',
    '2025-01-00T00:00:00Z',
    '25-01-31T08:00:00Z',
    '+002025-01-31T08:00:00Z',
    '-0001-01-31T08:00:00Z',
    '0000-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '2025-01-31T08:00:00+24:00',
    '2025-01-31T08:00:00+08:60',
    '2025-01-31T08:00:00+8:00',
    '2025-01-31T08:00:00+08:0',
    '2025-01-31T08:00:00+08:',
    '2025-01-31T08:00:00+08',
    '2025-01-31T08:00:00,5Z',
    '2025-01-31T08:00:00+08:00:00',
    '２０２５-01-31T08:00:00Z',
    '1738310400000',
  ])('is not %j', (text) => {
    expect(parseInstant(text)).toBeNaN();
  });

  it('is what Date.parse reads too, in every form that is taken', () => {
    const two = (most: number) => fc.nat(most).map((n) => String(n).padStart(2, '0'));
    const year = fc.nat(9999).map((n) => String(n).padStart(4, '0'));
    const fraction = fc.stringMatching(/^(\.\d{1,9})?$/);
    const seconds = fc.oneof(
      fc.constant(''),
      fc.tuple(fc.constant(':'), two(61), fraction).map((parts) => parts.join('')),
    );
    const zone = fc
      .tuple(fc.constantFrom('+', '-'), two(25), fc.constantFrom('', ':'), two(61))
      .map((parts) => parts.join(''));
    const texts = fc
      .tuple(year, two(13), two(32), two(25), two(61), seconds, fc.oneof(fc.constant('Z'), zone))
      .map(([y, mo, d, h, mi, s, z]) => `${y}-${mo}-${d}T${h}:${mi}${s}${z}`);
    fc.assert(
      fc.property(texts, (text) => {
        const instant = parseInstant(text);
        return Number.isNaN(instant) || instant === Date.parse(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('is a number or NaN for every text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof parseInstant(text) === 'number'));
  });
});
