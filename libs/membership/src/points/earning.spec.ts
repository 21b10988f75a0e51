import type { Fact } from '../facts/fact.js';
import { foldFacts } from '../fold/fold.js';
import { DEFAULT_PROGRAM } from '../program/default-program.js';
import { ProgramHistory } from '../program/history.js';

const programs = new ProgramHistory([{ version: 1, effectiveFrom: null, program: DEFAULT_PROGRAM }]);
const AT = Date.parse('2025-01-01T00:00:00Z');

/** Points of one paid order. */
function earned(data: object): number {
  const fact = {
    id: 'f-1',
    type: 'OrderPlaced',
    customerId: 'c-1',
    occurredAt: AT,
    data: { orderId: 'o-1', payment: 'paid', ...data },
  } as Fact;
  return foldFacts('c-1', [fact], AT, programs)!.points.totals.earned;
}

describe('points of an order', () => {
  it.each([
    [1_999, 19],
    [9_007_199_254_740_991, 90_071_992_547_409],
  ])('of the value %d are %d, exactly, however large the order is', (amount, points) => {
    expect(earned({ amount })).toBe(points);
  });

  it('are taken over the sum of all lines, not line by line', () => {
    const line = { sku: 's', quantity: 1, unitPrice: 3_000_000_000_000_050 };
    expect(earned({ lines: [line, line, line] })).toBe(90_000_000_000_001);
  });
});
