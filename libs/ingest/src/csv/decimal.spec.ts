import fc from 'fast-check';
import { readDecimal } from './decimal.js';

describe('decimals', () => {
  it.each([
    ['11.77', 2, 1177],
    ['12', 2, 1200],
    ['27.5', 2, 2750],
    ['.5', 2, 50],
    ['5.', 2, 500],
    ['-3.10', 2, -310],
    ['+3.1', 2, 310],
    ['-0.00', 2, 0],
    ['1.10000', 2, 110],
    ['6', 0, 6],
    ['6.0', 0, 6],
    ['90071992547409.91', 2, Number.MAX_SAFE_INTEGER],
  ])('%s with %i decimals is %i', (text, decimals, units) => {
    expect(readDecimal(text, { decimals })).toBe(units);
  });

  it.each([
    ['', 'no-number'],
    ['.', 'no-number'],
    ['-', 'no-number'],
    ['1e3', 'no-number'],
    ['1,5', 'no-number'],
    ['1.2.3', 'no-number'],
    ['--1', 'no-number'],
    ['NaN', 'no-number'],
    ['0.001', 'inexact'],
    ['90071992547409.92', 'too-large'],
    ['9'.repeat(400), 'too-large'],
  ])('%s is no amount of cents: %s', (text, problem) => {
    expect(readDecimal(text, { decimals: 2 })).toBe(problem);
  });

  it.each([
    ['0.001', 0],
    ['0.005', 1],
    ['-0.005', -1],
    ['1.0049', 100],
    ['1.995', 200],
  ])('%s is rounded half-up to %i cents where that is asked for', (text, units) => {
    expect(readDecimal(text, { decimals: 2, round: true })).toBe(units);
  });

  it('takes a comma as the mark where the map says so', () => {
    expect(readDecimal('12,50', { decimals: 2, mark: ',' })).toBe(1250);
  });

  it('never loses a unit', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 6 }), (units, decimals) => {
        const digits = String(units).padStart(decimals + 1, '0');
        const at = digits.length - decimals;
        expect(readDecimal(`${digits.slice(0, at)}.${digits.slice(at)}`, { decimals })).toBe(units);
      }),
    );
  });
});
