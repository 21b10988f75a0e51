import { DEFAULT_PROGRAM } from './default-program.js';

describe('The default program', () => {
  it('has the numbers that are published as defaults', () => {
    expect(DEFAULT_PROGRAM.tiers.map((tier) => [tier.id, tier.threshold, tier.pointsMultiplier])).toEqual([
      ['bronze', 0, 100],
      ['silver', 1000, 110],
      ['gold', 5000, 125],
      ['diamond', 20000, 150],
    ]);
    expect(DEFAULT_PROGRAM.points.earn).toEqual({ points: 1, per: 100 });
    expect(DEFAULT_PROGRAM.points.activation).toEqual({ autoFulfilDays: 15, holdDays: 7 });
    expect(DEFAULT_PROGRAM.points.expiry).toEqual({ kind: 'rolling', months: 12, roundTo: 'day' });
    expect(DEFAULT_PROGRAM.reactivation.steps.map((step) => [step.id, step.afterDays, step.openDays])).toEqual([
      ['day-30', 30, 14],
      ['day-60', 60, 14],
      ['day-90', 90, 14],
    ]);
    expect(DEFAULT_PROGRAM.churn.bands).toEqual({ healthy: 0.7, watch: 0.4, atRisk: 0.2 });
  });
});
