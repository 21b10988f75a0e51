import fc from 'fast-check';
import { DayHistogram } from './day-histogram.js';

function histogramOf(values: readonly number[]): DayHistogram {
  const histogram = new DayHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

describe('a histogram of days', () => {
  it('has the mean of the middle two as the median of an even number', () => {
    expect(histogramOf([30, 1, 4, 5]).median()).toBe(4.5);
    expect(histogramOf([30, 1, 4]).median()).toBe(4);
    expect(histogramOf([7, 7]).median()).toBe(7);
  });

  it('has neither mean nor median of nothing', () => {
    const empty = histogramOf([]);
    expect([empty.count, empty.mean(), empty.median(), empty.countWithin(365)]).toEqual([0, null, null, 0]);
  });

  it('counts N days as within N days', () => {
    expect(histogramOf([29, 30, 31]).countWithin(30)).toBe(2);
  });

  it('says what sorting all values says', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 40 }), (values) => {
        const sorted = values.toSorted((a, b) => a - b);
        const middle = (sorted[Math.ceil(sorted.length / 2) - 1] + sorted[Math.floor(sorted.length / 2)]) / 2;
        const histogram = histogramOf(values);
        expect(histogram.median()).toBe(middle);
        expect(histogram.mean()).toBeCloseTo(values.reduce((a, b) => a + b) / values.length, 12);
      }),
    );
  });
});
