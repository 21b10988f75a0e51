import {
  dayNumber,
  decodeState,
  DEFAULT_PROGRAM,
  encodeState,
  type Fact,
  foldFacts,
  ProgramHistory,
} from '@perennial/membership';
import { type CustomerSnapshot, snapshotOf } from './customer-snapshot.js';

const program = structuredClone(DEFAULT_PROGRAM);
program.timeZone = 'Asia/Shanghai';
program.reactivation.consent = 'assumed';
program.reactivation.holdout.percent = 0;
const programs = new ProgramHistory([{ version: 1, effectiveFrom: null, program }]);

type Told = { [K in Fact['type']]: { at: string; type: K; data: Extract<Fact, { type: K }>['data'] } }[Fact['type']];

/** The customer whom these facts make, as of an instant. */
function snapshot(asOf: string, ...facts: Told[]): CustomerSnapshot {
  const told = facts.map(
    ({ at, type, data }, i) => ({ id: `f-${i}`, customerId: 'c-1', occurredAt: Date.parse(at), type, data }) as Fact,
  );
  const state = foldFacts('c-1', told, Date.parse(asOf), programs)!;
  return snapshotOf(decodeState(encodeState(state)), programs);
}

const order = (at: string, orderId: string, amount: number): Told => ({
  at,
  type: 'OrderPlaced',
  data: { orderId, payment: 'paid', amount },
});
const cart = (at: string, lines: { sku: string; quantity: number; unitPrice: number }[]): Told => ({
  at,
  type: 'CartUpdated',
  data: { cartId: 'k-1', lines },
});

describe('the snapshot of a customer', () => {
  it('has the purchases of today’s view: what is left of them, without those that were refunded in full', () => {
    const { purchases, stage } = snapshot(
      '2025-01-20T00:00:00Z',
      order('2025-01-01T20:00:00Z', 'o-1', 5_000),
      order('2025-01-02T08:00:00Z', 'o-2', 900),
      { at: '2025-01-03T00:00:00Z', type: 'OrderRefunded', data: { refundId: 'r-1', orderId: 'o-1', amount: 1_000 } },
      { at: '2025-01-03T00:00:00Z', type: 'OrderCancelled', data: { orderId: 'o-2' } },
    );
    // 20:00 UTC is the next day in the program's zone.
    const paidAt = Date.parse('2025-01-01T20:00:00Z');
    expect(purchases).toEqual([{ paidAt, day: dayNumber(2025, 1, 2), value: 4_000 }]);
    expect(stage).toBe('new');
  });

  it('has the days with a visit and those with a cart that was not empty, each once', () => {
    const { visitDays, cartDays, abandonedCarts } = snapshot(
      '2025-01-20T00:00:00Z',
      { at: '2025-01-01T03:00:00Z', type: 'VisitRecorded', data: {} },
      { at: '2025-01-01T04:00:00Z', type: 'VisitRecorded', data: {} },
      { at: '2025-01-01T17:00:00Z', type: 'VisitRecorded', data: {} },
      cart('2025-01-01T04:00:00Z', []),
      cart('2025-01-02T01:00:00Z', [{ sku: 's-1', quantity: 1, unitPrice: 100 }]),
      cart('2025-01-02T02:00:00Z', [{ sku: 's-1', quantity: 2, unitPrice: 100 }]),
    );
    expect(visitDays).toEqual([dayNumber(2025, 1, 1), dayNumber(2025, 1, 2)]);
    expect(cartDays).toEqual([dayNumber(2025, 1, 2)]);
    expect(abandonedCarts).toBe(1);
  });

  it('knows that a task was contacted, whatever became of it', () => {
    const { steps } = snapshot(
      '2025-03-20T00:00:00Z',
      order('2025-01-01T08:00:00Z', 'o-1', 5_000),
      { at: '2025-02-01T08:00:00Z', type: 'TaskContacted', data: { taskId: 'o-1/day-30', by: 'op-1' } },
      { at: '2025-02-02T08:00:00Z', type: 'PersonalDataErased', data: { by: 'op-1', reason: 'asked' } },
    );
    const one = { due: 1, heldOut: 0, suppressed: 1, converted: 0, treatedConversions: 0, heldOutConversions: 0 };
    expect(steps[0]).toEqual({ step: 'day-30', ...one, contacted: 1 });
    expect(steps[1]).toEqual({ step: 'day-60', ...one, contacted: 0 });
  });

  it('has the effective tier of a member, a granted one too', () => {
    const granted = snapshot('2025-01-20T00:00:00Z', order('2025-01-01T08:00:00Z', 'o-1', 5_000), {
      at: '2025-01-02T00:00:00Z',
      type: 'TierGranted',
      data: { tier: 'gold', mode: 'floor', reason: 'guest', by: 'op-1' },
    });
    expect(granted).toMatchObject({ enrolled: true, tier: 'gold' });
    expect(granted.points).toMatchObject({ available: 0, pending: 50, totals: { earned: 50 } });
  });
});
