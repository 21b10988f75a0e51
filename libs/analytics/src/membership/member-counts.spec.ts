import type { CustomerSnapshot } from '../customers/customer-snapshot.js';
import { MemberCounts } from './member-counts.js';

const totals = { earned: 0, adjustedUp: 0, adjustedDown: 0, redeemed: 0, restored: 0, expired: 0, clawedBack: 0 };

function customer(changes: Partial<CustomerSnapshot>): CustomerSnapshot {
  return {
    customerId: 'c-1',
    enrolled: true,
    tier: 'bronze',
    stage: 'prospect',
    points: { available: 0, pending: 0, reserved: 0, debt: 0, totals },
    purchases: [],
    visitDays: [],
    cartDays: [],
    steps: [],
    abandonedCarts: 0,
    ...changes,
  };
}

describe('counting members', () => {
  const tiers = [{ id: 'bronze' }, { id: 'silver' }, { id: 'gold' }];

  it('lists every tier of the program, and the stages that occur', () => {
    const counts = new MemberCounts();
    counts.add(customer({ tier: 'silver', stage: 'loyal' }));
    counts.add(customer({ stage: 'at-risk' }));
    counts.add(customer({ enrolled: false, tier: null, stage: 'loyal' }));
    expect(counts.counted()).toEqual({ customers: 3, enrolled: 2 });
    expect(counts.result(tiers)).toMatchObject({
      tiers: { bronze: 1, silver: 1, gold: 0 },
      stages: { 'at-risk': 1, loyal: 2 },
    });
  });

  it('adds up points, liability, totals and abandoned carts', () => {
    const counts = new MemberCounts();
    const earned = { ...totals, earned: 150, redeemed: 30 };
    counts.add(customer({ points: { available: 100, pending: 20, reserved: 3, debt: 0, totals: earned } }));
    counts.add(
      customer({ points: { available: 0, pending: 5, reserved: 0, debt: 7, totals: earned }, abandonedCarts: 2 }),
    );
    expect(counts.result(tiers)).toMatchObject({
      liability: { available: 100, pending: 25, reserved: 3, total: 128, debt: 7 },
      totals: { ...totals, earned: 300, redeemed: 60 },
      abandonedCarts: 2,
    });
  });

  it('refuses a customer in a tier that the version in force does not have', () => {
    const counts = new MemberCounts();
    counts.add(customer({ tier: 'platinum' }));
    expect(() => counts.result(tiers)).toThrow('platinum');
  });
});
