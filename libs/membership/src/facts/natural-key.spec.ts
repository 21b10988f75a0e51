import fc from 'fast-check';
import type { CustomerFactType, Fact, FactDataByType } from './fact.js';
import { naturalKey } from './natural-key.js';

function key<T extends CustomerFactType>(
  type: T,
  data: FactDataByType[T],
  customerId = 'c-1',
  id = 'm-1',
): string | undefined {
  return naturalKey({ id, type, customerId, occurredAt: 0, source: '', data } as Fact);
}

describe('A natural key', () => {
  it('is the same whatever the message id and the customer', () => {
    const order = { orderId: 'o-1', payment: 'paid', amount: 1 } as const;
    expect(key('OrderPlaced', order, 'c-1', 'm-1')).toBe(key('OrderPlaced', { ...order, amount: 2 }, 'c-2', 'm-2'));
  });

  it('is of one kind: an order and a redemption may share an id', () => {
    const keys = [
      key('OrderPlaced', { orderId: 'x', payment: 'paid' }),
      key('OrderRefunded', { refundId: 'x', orderId: 'o' }),
      key('ReviewSubmitted', { reviewId: 'x', rating: 5 }),
      key('PointsRedeemed', { redemptionId: 'x', points: 1 }),
      key('PointsReserved', { reservationId: 'x', points: 1 }),
      key('PointsAdjusted', { adjustmentId: 'x', points: 1, reason: 'r', by: 'b' }),
      key('EngagementRecorded', { kind: 'share', reference: 'x' }),
    ];
    expect(keys).not.toContain(undefined);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is not there for facts about an order, nor for an engagement without a reference', () => {
    expect(key('OrderPaid', { orderId: 'o-1' })).toBeUndefined();
    expect(key('ReservationCommitted', { reservationId: 'h-1' })).toBeUndefined();
    expect(key('EngagementRecorded', { kind: 'share' })).toBeUndefined();
  });

  it('of engagements is equal only when customer as sent, kind and reference all are', () => {
    const part = fc.string({ unit: fc.constantFrom('a', '"', ',', '/', '\\', '[', '\ud800', '\udc00'), maxLength: 3 });
    const parts = fc.tuple(part, part, part);
    const keyOf = ([customer, kind, reference]: string[]) => key('EngagementRecorded', { kind, reference }, customer);
    fc.assert(
      fc.property(parts, parts, (a, b) => (keyOf(a) === keyOf(b)) === a.every((text, i) => text === b[i])),
      { numRuns: 1000 },
    );
  });
});
