import type { Member } from '@perennial/membership';
import { compareMembers } from './compare-members.js';

function member(customerId: string, more: Partial<Member> = {}): Member {
  const totals = { earned: 0, adjustedUp: 0, adjustedDown: 0, redeemed: 0, restored: 0, expired: 0, clawedBack: 0 };
  return {
    customerId,
    asOf: '2025-01-01T00:00:00.000Z',
    enrolled: true,
    tier: null,
    points: { available: 0, pending: 0, reserved: 0, debt: 0, nextExpiry: null, totals },
    stage: 'prospect',
    purchases: { count: 0, value: 0, firstAt: null, lastAt: null },
    tasks: [],
    churn: null,
    ...more,
  };
}

const CHURN = { model: 'm', probabilityAlive: 0.5, band: 'watch', assessedAt: '2025-01-01T00:00:00.000Z' } as const;
const TASK = {
  id: 't',
  kind: 'reactivation',
  step: 's',
  state: 'open',
  reason: null,
  dueAt: '',
  openUntil: null,
} as const;

describe('comparing members', () => {
  it('counts equal members', () => {
    const members = [member('a'), member('b')];
    expect(compareMembers(members, structuredClone(members), new Set())).toEqual({
      members: 2,
      equal: 2,
      differences: [],
    });
  });

  it('names the fields that differ', () => {
    const actual = member('a', { stage: 'new', tasks: [TASK] });
    actual.points.totals.earned = 5;
    const { equal, differences } = compareMembers(
      [member('a', { tasks: [{ ...TASK, state: 'expired' }] })],
      [actual],
      new Set(),
    );
    expect(equal).toBe(0);
    expect(differences).toEqual([
      { customerId: 'a', field: 'points.totals.earned', expected: '0', actual: '5' },
      { customerId: 'a', field: 'stage', expected: '"prospect"', actual: '"new"' },
      { customerId: 'a', field: 'tasks[].state', expected: '"expired"', actual: '"open"' },
    ]);
  });

  it('leaves out what is asked for, and churn where only one side has it', () => {
    const expected = [member('a', { churn: CHURN }), member('b', { churn: CHURN, tasks: [TASK] })];
    const actual = [member('a'), member('b', { churn: { ...CHURN, band: 'lost' } })];
    expect(compareMembers(expected, actual, new Set(['tasks'])).differences).toEqual([
      { customerId: 'b', field: 'churn.band', expected: '"watch"', actual: '"lost"' },
    ]);
  });

  it('reports members that are missing or too many', () => {
    const { members, equal, differences } = compareMembers([member('a')], [member('b')], new Set());
    expect({ members, equal }).toEqual({ members: 1, equal: 0 });
    expect(differences).toEqual([
      { customerId: 'a', field: '', expected: 'a member', actual: 'none' },
      { customerId: 'b', field: '', expected: 'none', actual: 'a member' },
    ]);
  });
});
