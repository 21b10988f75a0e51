import type { Fact } from '../facts/fact.js';
import { DEFAULT_PROGRAM } from '../program/default-program.js';
import { ProgramHistory } from '../program/history.js';
import { changeToJson } from './change-json.js';
import type { Change } from './changes.js';
import { foldFacts } from './fold.js';

const START = Date.parse('2025-01-01T00:00:00Z');
const DAY = 86_400_000;
const program = structuredClone(DEFAULT_PROGRAM);
program.reactivation.consent = 'assumed';
const programs = new ProgramHistory([{ version: 1, effectiveFrom: null, program }]);

/** Everything that is announced of a member to whom much happens. */
function announced(): Change[] {
  const facts = [
    { type: 'OrderPlaced', at: 0, data: { orderId: 'o-1', payment: 'paid', amount: 200_000 } },
    { type: 'CartUpdated', at: 1, data: { cartId: 'k-1', lines: [{ sku: 's', quantity: 1, unitPrice: 1 }] } },
    {
      type: 'TierGranted',
      at: 2,
      data: { tier: 'gold', mode: 'floor', until: '2025-06-01T00:00:00Z', reason: 'r', by: 'b' },
    },
    { type: 'ChurnRiskAssessed', at: 3, data: { model: 'm', probabilityAlive: 0.1 } },
    { type: 'ReviewSubmitted', at: 4, data: { reviewId: 'rv-1', rating: 1 } },
    { type: 'TaskContacted', at: 31, data: { taskId: 'o-1/day-30', by: 'b' } },
    { type: 'TaskSnoozed', at: 32, data: { taskId: 'o-1/day-30', by: 'b', until: '2025-02-04T00:00:00Z' } },
    { type: 'OrderRefunded', at: 33, data: { refundId: 'rf-1', orderId: 'o-1' } },
  ].map(({ type, at, data }, i) => ({ id: `f-${i}`, type, customerId: 'c-1', occurredAt: START + at * DAY, data }));
  const changes: Change[] = [];
  foldFacts('c-1', facts as Fact[], START + 800 * DAY, programs, (change) => changes.push(change));
  return changes;
}

/** Where in a value there is a number that could be an instant. */
function instantsIn(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return value > 1e11 ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => instantsIn(field, `${path}.${key}`));
}

describe('a change as JSON', () => {
  it('has every instant as ISO 8601, whatever it tells about', () => {
    const changes = announced();
    expect(new Set(changes.map(({ type }) => type)).size).toBeGreaterThan(10);
    expect(changes.filter((change) => instantsIn(change.after).length > 0).length).toBeGreaterThan(5);
    expect(changes.flatMap((change) => instantsIn(changeToJson(change), change.type))).toEqual([]);
  });

  it('loses nothing else', () => {
    const change: Change = {
      type: 'correction',
      customerId: 'c-1',
      at: START,
      cause: { fact: 'f-9' },
      programVersion: 3,
      subject: 'o-1/day-30',
      before: null,
      after: { state: 'open', dueAt: START, openUntil: null, reason: 'r' },
      details: { facet: 'task', effectiveAt: START },
    };
    expect(changeToJson(change)).toEqual({
      ...change,
      at: '2025-01-01T00:00:00.000Z',
      after: { state: 'open', dueAt: '2025-01-01T00:00:00.000Z', openUntil: null, reason: 'r' },
      details: { facet: 'task', effectiveAt: '2025-01-01T00:00:00.000Z' },
    });
    expect(changeToJson({ ...change, details: undefined, before: 'cooling', after: 'at-risk' })).toMatchObject({
      before: 'cooling',
      after: 'at-risk',
      details: null,
    });
  });
});
