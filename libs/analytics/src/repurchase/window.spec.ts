import { dayNumber } from '@perennial/membership';
import { followingWindow, isWithin, parseDay, ratio } from './window.js';

const day = (text: string) => {
  const [year, month, date] = text.split('-').map(Number);
  return dayNumber(year, month, date);
};

describe('the window that follows', () => {
  it.each([
    ['a quarter', '1997-01-01', '1997-04-01', '1997-07-01'],
    ['a month that is shorter than the next', '2025-02-01', '2025-03-01', '2025-04-01'],
    ['a year, over a leap day', '2023-03-01', '2024-03-01', '2025-03-01'],
    ['a month from the middle', '2025-01-15', '2025-02-15', '2025-03-15'],
    ['a month that ends clamped', '2024-01-31', '2024-02-29', '2024-03-29'],
    ['ten years', '2000-06-01', '2010-06-01', '2020-06-01'],
    ['days, because it is no whole month', '2025-01-01', '2025-01-31', '2025-03-02'],
    ['one day', '2025-01-01', '2025-01-02', '2025-01-03'],
  ])('is as long: %s', (_, from, to, end) => {
    expect(followingWindow({ from: day(from), to: day(to) })).toEqual({ from: day(to), to: day(end) });
  });
});

it('a window holds its first day and not its end; without one everything is within', () => {
  const window = { from: 10, to: 12 };
  expect([9, 10, 11, 12].map((d) => isWithin(window, d))).toEqual([false, true, true, false]);
  expect(isWithin(null, 9)).toBe(true);
});

it('a day is read from its date, and what is none is not taken for one', () => {
  expect(parseDay('1997-01-01')).toBe(day('1997-01-01'));
  expect(parseDay('2024-02-29')).toBe(day('2024-02-29'));
  for (const text of [
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-1-1',
    '2024-01-01T00:00:00Z',
    ' 2024-01-01',
    '',
  ]) {
    expect(parseDay(text)).toBeNaN();
  }
});

it('what has no denominator is null', () => {
  expect(ratio(0, 0)).toBeNull();
  expect(ratio(1, 4)).toBe(0.25);
});
