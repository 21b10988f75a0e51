import fc from 'fast-check';
import type { Fact } from '../facts/fact.js';
import { decodeState, encodeState } from '../fold/codec.js';
import { foldFacts, foldOn } from '../fold/fold.js';
import type { MemberState } from '../fold/state.js';
import { DEFAULT_PROGRAM } from '../program/default-program.js';
import { ProgramHistory } from '../program/history.js';
import * as decide from './index.js';
import type { CommandContext, Decision } from './index.js';

const START = Date.parse('2025-01-01T00:00:00Z');
const HOUR = 3_600_000;
/** Orders are worth points at once, and these die within days, so that a short history sees everything. */
const program = structuredClone(DEFAULT_PROGRAM);
program.points.activation = { autoFulfilDays: 0, holdDays: 0 };
program.points.expiry = { kind: 'rolling', days: 3 };
const programs = new ProgramHistory([{ version: 1, effectiveFrom: null, program }]);

const id = fc.constantFrom('x-1', 'x-2', 'x-3');
const points = fc.integer({ min: 1, max: 300 });
const step = fc.record({
  /** Often none: facts and commands of one instant. */
  wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 * HOUR })),
  what: fc.oneof(
    fc.record({ kind: fc.constant('order' as const), amount: fc.integer({ min: 0, max: 50_000 }) }),
    fc.record({ kind: fc.constant('refund' as const), amount: fc.integer({ min: 0, max: 50_000 }) }),
    fc.record({ kind: fc.constantFrom('redeem' as const, 'reserve' as const), id, points }),
    fc.record({ kind: fc.constantFrom('cancel' as const, 'commit' as const, 'release' as const), id }),
    fc.record({ kind: fc.constant('adjust' as const), points: fc.integer({ min: -300, max: 300 }) }),
  ),
});
type What = (typeof step extends fc.Arbitrary<infer S> ? S : never) extends { what: infer W } ? W : never;
type CommandWhat = Exclude<What, { kind: 'order' | 'refund' }>;

function run(what: CommandWhat, state: MemberState | null, n: number, context: CommandContext): Decision {
  // Ids that do not grow with time: facts of one instant come in any order of ids.
  const head = { factId: `${(n * 7) % 10}-${n}`, customerId: 'c-1', source: 'api' };
  switch (what.kind) {
    case 'redeem':
      return decide.decideRedemption(state, { ...head, redemptionId: what.id, points: what.points }, context);
    case 'reserve':
      return decide.decideReservation(state, { ...head, reservationId: what.id, points: what.points }, context);
    case 'cancel':
      return decide.decideRedemptionCancellation(state, { ...head, redemptionId: what.id }, context);
    case 'commit':
      return decide.decideCommit(state, { ...head, reservationId: what.id }, context);
    case 'release':
      return decide.decideRelease(state, { ...head, reservationId: what.id }, context);
    case 'adjust': {
      const adjustment = { adjustmentId: `a-${n}`, points: what.points, reason: 'r', by: 'b' };
      return decide.decideAdjustment(state, { ...head, ...adjustment }, context);
    }
  }
}

function happened(what: Exclude<What, CommandWhat>, n: number, at: number): Fact {
  const envelope = { id: `${(n * 7) % 10}-${n}`, customerId: 'c-1', occurredAt: at };
  if (what.kind === 'order') {
    return { ...envelope, type: 'OrderPlaced', data: { orderId: `o-${n}`, payment: 'paid', amount: what.amount } };
  }
  return {
    ...envelope,
    type: 'OrderRefunded',
    data: { refundId: `r-${n}`, orderId: `o-${n - 1}`, amount: what.amount },
  };
}

describe('what decide accepts', () => {
  it('the fold applies as asked: without debt, in order, and the same from scratch', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const facts: Fact[] = [];
        let now = START;
        for (const [n, { wait, what }] of steps.entries()) {
          now += wait;
          const state = facts.length === 0 ? null : foldFacts('c-1', facts, now, programs);
          if (what.kind === 'order' || what.kind === 'refund') {
            facts.push(happened(what, n, now));
            continue;
          }
          const seen = state && encodeState(state);
          const decision = run(what, state, n, { now, programs });
          expect(state && encodeState(state)).toBe(seen);
          if (!decision.ok || decision.facts.length === 0) continue;
          const [fact] = decision.facts;
          const before = decodeState(encodeState(state!));
          const after = foldOn(decodeState(encodeState(state!)), 'c-1', fact, programs);
          if (what.kind !== 'adjust') expect(after.points.debt).toBeLessThanOrEqual(before.points.debt);
          if (what.kind === 'redeem') expect(after.points.redemptions.get(what.id)).toMatchObject({ debt: 0 });
          facts.push(fact);
          expect(encodeState(foldFacts('c-1', facts, fact.occurredAt, programs)!)).toBe(encodeState(after));
          now = Math.max(now, fact.occurredAt);
        }
      }),
      { numRuns: 300 },
    );
  });
});
