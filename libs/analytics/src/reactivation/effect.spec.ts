import { DAY_MS, Zone } from '@perennial/membership';
import { ReactivationEffect } from './effect.js';
import { type CountedTask, countSteps } from './step-counts.js';

const zone = Zone.of('UTC');
const DUE = 100;

function task(changes: Partial<CountedTask> = {}): CountedTask {
  return {
    kind: 'reactivation',
    step: 'day-30',
    state: 'expired',
    dueAt: DUE * DAY_MS,
    attributionDays: 14,
    contactedAt: null,
    ...changes,
  };
}

/** Customers with one task each, and who bought when. */
function effect(...customers: [CountedTask, number?][]) {
  const report = new ReactivationEffect();
  for (const [one, paidAt] of customers) {
    report.add(countSteps([one], paidAt === undefined ? [] : [{ paidAt }], zone));
  }
  return report.result();
}

describe('the effect of a reactivation step', () => {
  it('compares those it may have written to with those held out', () => {
    const { 'day-30': step } = effect(
      [task({ state: 'converted', contactedAt: DUE * DAY_MS }), (DUE + 3) * DAY_MS],
      [task({ state: 'contacted', contactedAt: DUE * DAY_MS })],
      [task()],
      [task()],
      [task({ state: 'held-out' }), (DUE + 3) * DAY_MS],
      [task({ state: 'held-out' })],
    );
    expect(step).toMatchObject({ due: 6, heldOut: 2, suppressed: 0, contacted: 2, converted: 1 });
    expect(step.treated).toEqual({ customers: 4, conversions: 1, rate: 0.25 });
    expect(step.control).toEqual({ customers: 2, conversions: 1, rate: 0.5 });
    expect(step.lift).toBe(-0.25);
    // 1.96 × √(0.25 × 0.75 ÷ 4 + 0.5 × 0.5 ÷ 2)
    const margin = 1.96 * Math.sqrt(0.171875);
    expect(step.interval95![0]).toBeCloseTo(-0.25 - margin, 12);
    expect(step.interval95![1]).toBeCloseTo(-0.25 + margin, 12);
  });

  it.each([
    ['just before it is due', DUE * DAY_MS - 1, 0],
    ['at its due instant', DUE * DAY_MS, 1],
    ['at the end of the attribution', (DUE + 14) * DAY_MS - 1, 1],
    ['after the attribution', (DUE + 14) * DAY_MS, 0],
  ])('counts a purchase %s', (_, paidAt, conversions) => {
    expect(effect([task(), paidAt])['day-30'].treated.conversions).toBe(conversions);
  });

  it('counts by intention to treat: tasks that were cancelled or never contacted stay in their arm', () => {
    const { 'day-30': step } = effect(
      [task({ state: 'cancelled' }), (DUE + 1) * DAY_MS],
      [task({ state: 'dismissed' })],
    );
    expect(step).toMatchObject({ due: 2, converted: 0, treated: { customers: 2, conversions: 1 } });
  });

  it('leaves what a later erasure suppressed out of the treated arm, though it was due and contacted', () => {
    const { 'day-30': step } = effect([task({ state: 'suppressed', contactedAt: DUE * DAY_MS }), (DUE + 1) * DAY_MS]);
    expect(step).toMatchObject({ due: 1, suppressed: 1, contacted: 1, treated: { customers: 0, rate: null } });
  });

  it('has no lift without both arms', () => {
    expect(effect([task()])['day-30']).toMatchObject({ control: { rate: null }, lift: null, interval95: null });
  });

  it('lists the steps that occur, and no service recovery', () => {
    const other = task({ kind: 'service-recovery', step: null });
    expect(Object.keys(effect([task({ step: 'day-60' })], [other], [task()]))).toEqual(['day-30', 'day-60']);
  });
});
