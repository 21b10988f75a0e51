import {
  explainPoints,
  explainStage,
  explainTask,
  explainTier,
  type ExplanationLine,
  type Fact,
  foldFacts,
  type TaskDecision,
  viewMember,
} from '@perennial/membership';
import fc from 'fast-check';
import { arbitraryFacts, arbitraryInstant, arbitraryPrograms } from '../histories/arbitrary-history.js';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 200);

const BALANCES = ['available', 'pending', 'reserved', 'debt'] as const;
const NOTHING = { available: 0, pending: 0, reserved: 0, debt: 0 };
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** For histories, programs and instants of every kind. */
function forAll(check: (facts: Fact[], asOf: number, programs: Parameters<typeof foldFacts>[3]) => void): void {
  fc.assert(fc.property(arbitraryFacts, arbitraryInstant, arbitraryPrograms, check), { numRuns: RUNS });
}

/** Every line is linked to a fact of the history or to a timer, and they come in order of time. */
function expectLinked(lines: readonly ExplanationLine[], facts: readonly Fact[]): void {
  const ids = new Map(facts.map((fact) => [fact.id, fact.type]));
  for (const { cause, text } of lines) {
    if ('fact' in cause) expect(ids.get(cause.fact)).toBe(cause.type);
    expect(text).toBeTruthy();
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  }
  const instants = lines.map(({ at }) => at);
  expect(instants).toEqual([...instants].sort());
}

/** The state that a step is opened in, by what was looked at (ruling 32). */
function openedAs({ erased, audience, consents, holdout }: TaskDecision): string {
  const suppressed = erased || audience.some(({ met }) => !met) || !consents.some(({ consented }) => consented);
  return suppressed ? 'suppressed' : holdout.heldOut ? 'held-out' : 'open';
}

describe('an explanation', () => {
  it('of points adds up to the balance, line by line and lot by lot', () => {
    forAll((facts, asOf, programs) => {
      const state = foldFacts('c-1', facts, asOf, programs);
      const explained = explainPoints('c-1', facts, asOf, programs);
      if (!state) return expect(explained).toBeNull();
      const { points } = viewMember(state, asOf, programs);
      const { lines, lots, balance } = explained!;
      expectLinked(lines, facts);
      let running = NOTHING;
      for (const line of lines) {
        const before = running;
        running = Object.fromEntries(BALANCES.map((key) => [key, before[key] + line.moved[key]])) as typeof NOTHING;
        expect(line.balance).toEqual(running);
        for (const key of ['available', 'pending', 'reserved'] as const) {
          expect(sum(line.lots.map((lot) => lot[key]))).toBe(line.moved[key]);
        }
        if (line.change === 'points-pending') {
          expect(line.earning!.points).toBe(line.moved.pending);
        }
      }
      expect(running).toEqual(balance);
      expect(points).toMatchObject(balance);
      for (const lot of lots) {
        for (const key of ['available', 'pending', 'reserved'] as const) {
          const moved = lines.flatMap((line) => line.lots.filter(({ lot: id }) => id === lot.id));
          expect(sum(moved.map((movement) => movement[key]))).toBe(lot[key]);
        }
      }
    });
  });

  it('of a tier adds up to the growth, and ends where the member is', () => {
    forAll((facts, asOf, programs) => {
      const state = foldFacts('c-1', facts, asOf, programs);
      const explained = explainTier('c-1', facts, asOf, programs);
      if (!state) return expect(explained).toBeNull();
      const { tier } = viewMember(state, asOf, programs);
      const { growth, thresholds, lines, lastJudgement } = explained!;
      expect(explained!.tier).toEqual(tier);
      expectLinked(lines, facts);
      if (tier === null) return expect([growth.entries, lastJudgement]).toEqual([[], null]);
      expect(growth.value).toBe(tier.growth);
      expect(sum(growth.entries.map(({ value }) => value))).toBe(tier.growth);
      for (const { cause, value, text } of growth.entries) {
        expect(facts.some(({ id }) => 'fact' in cause && id === cause.fact)).toBe(true);
        expect(text.endsWith(`${value}`)).toBe(true);
      }
      expect(thresholds.filter(({ met }) => met).every(({ threshold }) => threshold <= tier.growth)).toBe(true);
      expect(lastJudgement!.at >= tier.since).toBe(true);
    });
  });

  it('of a stage shows the purchases and ends in the stage', () => {
    forAll((facts, asOf, programs) => {
      const state = foldFacts('c-1', facts, asOf, programs);
      const explained = explainStage('c-1', facts, asOf, programs);
      if (!state) return expect(explained).toBeNull();
      const { stage, purchases } = viewMember(state, asOf, programs);
      expect(explained!.stage).toBe(stage);
      expectLinked(explained!.lines, facts);
      expect(explained!.lines.at(-1)!.text.endsWith(stage)).toBe(true);
      expect(explained!.purchases.length).toBe(purchases.count);
      expect(sum(explained!.purchases.map(({ value }) => value))).toBe(purchases.value);
      expect(explained!.purchases.at(-1)?.paidAt ?? null).toBe(purchases.lastAt);
      expect(explained!.text).not.toMatch(/undefined|NaN|-\d/);
    });
  });

  it('of a task shows the decision that opened it, and ends in its state', () => {
    forAll((facts, asOf, programs) => {
      const state = foldFacts('c-1', facts, asOf, programs);
      const tasks = state ? viewMember(state, asOf, programs).tasks : [];
      for (const task of tasks) {
        const explained = explainTask('c-1', task.id, facts, asOf, programs)!;
        expect(explained.task).toMatchObject(task);
        expectLinked(explained.lines, facts);
        expect(explained.lines[0].text).toMatch(/^Opened as /);
        const last = explained.lines.at(-1)!.text;
        expect(last).toContain(explained.lines.length === 1 ? `as ${task.state}` : `to ${task.state}`);
        if (task.kind === 'service-recovery') expect(explained.decision).toBeNull();
        else expect(explained.lines[0].text).toMatch(new RegExp(`^Opened as ${openedAs(explained.decision!)}\\b`));
      }
      expect(explainTask('c-1', 'o-0/none', facts, asOf, programs)).toBeNull();
    });
  });
});
