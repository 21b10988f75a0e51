import {
  advanceTo,
  applyToMirror,
  assertConserved,
  type Change,
  compareFacts,
  decodeState,
  encodeState,
  facetsOf,
  type Fact,
  foldFacts,
  foldOn,
  isLate,
  type MemberState,
  nextDue,
  type ProgramHistory,
  viewMember,
} from '@perennial/membership';
import fc from 'fast-check';
import { arbitraryFacts, arbitraryInstant, arbitraryPrograms } from '../histories/arbitrary-history.js';

const END = Date.UTC(2026, 5, 1);
/** More by hand: PROPERTY_RUNS=20000 npm test -- properties */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);

function fold(facts: readonly Fact[], until: number, programs: ProgramHistory, changes?: Change[]): MemberState | null {
  return foldFacts('c-1', facts, until, programs, changes ? (change) => changes.push(change) : null);
}

function text(m: MemberState | null): string {
  return m === null ? 'none' : encodeState(m);
}

describe('the fold of random histories', () => {
  it('keeps the conservation identity at every instant', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryPrograms, fc.array(arbitraryInstant), (facts, programs, instants) => {
        for (const t of [...instants, END]) {
          const m = fold(facts, t, programs);
          if (m) assertConserved(m);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('does not depend on the order of arrival, nor on equal repetitions', () => {
    const shuffled = arbitraryFacts.chain((facts) =>
      fc.tuple(
        fc.constant(facts),
        fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }),
        fc.subarray(facts),
      ),
    );
    fc.assert(
      fc.property(shuffled, arbitraryPrograms, ([facts, reordered, repeated], programs) => {
        // A natural key sent again under a greater message id is no second fact of its kind.
        const keyed = new Set(['OrderPlaced', 'OrderRefunded', 'ReviewSubmitted', 'PointsRedeemed', 'PointsAdjusted']);
        const again = repeated.filter((fact) => keyed.has(fact.type)).map((fact) => ({ ...fact, id: `${fact.id}~` }));
        const once = viewMember(fold(facts, END, programs)!, END, programs);
        expect(viewMember(fold([...again, ...reordered], END, programs)!, END, programs)).toEqual(once);
        expect(text(fold(reordered, END, programs))).toBe(text(fold(facts, END, programs)));
      }),
      { numRuns: RUNS },
    );
  });

  it('gives in steps, with a snapshot after each, what it gives in one go', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryPrograms, (facts, programs) => {
        let m: MemberState | null = null;
        const arrived: Fact[] = [];
        for (const fact of [...facts].sort(compareFacts)) {
          arrived.push(fact);
          if (m !== null && isLate(m, fact)) m = fold(arrived, Infinity, programs);
          else m = foldOn(m && decodeState(encodeState(m)), 'c-1', fact, programs);
          expect(text(m)).toBe(text(fold(arrived, Infinity, programs)));
        }
        advanceTo(m!, END, programs);
        expect(text(m)).toBe(text(fold(facts, END, programs)));
      }),
      { numRuns: RUNS },
    );
  });

  it('gives the same state and the same changes in small ticks and in large ones', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryPrograms, fc.array(arbitraryInstant), (facts, programs, ticks) => {
        const atOnce: Change[] = [];
        const whole = fold(facts, END, programs, atOnce);
        const stepwise: Change[] = [];
        const sink = (change: Change) => stepwise.push(change);
        const m = fold(facts, Infinity, programs, stepwise)!;
        for (const t of ticks.filter((tick) => tick >= m.now).sort((a, b) => a - b)) advanceTo(m, t, programs, sink);
        while (nextDue(m, programs) <= END) advanceTo(m, nextDue(m, programs), programs, sink);
        expect(text(m)).toBe(text(whole));
        expect(stepwise).toEqual(atOnce);
      }),
      { numRuns: RUNS },
    );
  });

  it('announces every change: who applies them in order to an empty mirror holds the final state', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryPrograms, (facts, programs) => {
        const mirror = new Map<string, unknown>();
        const m = foldFacts('c-1', facts, END, programs, (change) => applyToMirror(mirror, change))!;
        const held = new Map([...facetsOf(m, programs)].map(([key, facet]) => [key, facet.value]));
        expect(mirror).toEqual(held);
      }),
      { numRuns: RUNS },
    );
  });

  it('reads the same as of an instant live and later', () => {
    fc.assert(
      fc.property(arbitraryFacts, arbitraryPrograms, arbitraryInstant, (facts, programs, t) => {
        const known = facts.filter((fact) => fact.occurredAt <= t);
        const live = fold(known, t, programs);
        const later = fold(facts, t, programs);
        const view = (m: MemberState | null) => m && viewMember(m, t, programs);
        expect(view(live)).toEqual(view(later));
      }),
      { numRuns: RUNS },
    );
  });
});
