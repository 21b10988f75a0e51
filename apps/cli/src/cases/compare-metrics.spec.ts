import { compareMetrics } from './compare-metrics.js';

describe('comparing metrics', () => {
  it('takes numbers for equal that differ at the last digit only', () => {
    expect(compareMetrics({ aov: 0.1 + 0.2, cohorts: [{ size: 3 }] }, { aov: 0.3, cohorts: [{ size: 3 }] })).toEqual(
      [],
    );
    expect(compareMetrics({ aov: 0.3 }, { aov: 0.300000002 })).toHaveLength(1);
  });

  it('names each value that differs, is missing, or is one too many', () => {
    const expected = { buyers: 2, rate: null, tiers: { base: 1 }, cohorts: [{ size: 3 }, { size: 4 }], rfm: {} };
    const actual = { buyers: 3, rate: 0, tiers: {}, cohorts: [{ size: 3 }], rfm: { 111: 2 } };
    expect(compareMetrics(expected, actual)).toEqual([
      { path: 'buyers', expected: '2', actual: '3' },
      { path: 'rate', expected: 'null', actual: '0' },
      { path: 'tiers.base', expected: '1', actual: 'nothing' },
      { path: 'cohorts[1]', expected: '{"size":4}', actual: 'nothing' },
      { path: 'rfm.111', expected: 'nothing', actual: '2' },
    ]);
  });

  it('tells a list from an object', () => {
    expect(compareMetrics({ cohorts: [] }, { cohorts: {} })).toHaveLength(1);
  });
});
