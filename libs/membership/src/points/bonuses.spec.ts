import type { Fact } from '../facts/fact.js';
import { foldFacts } from '../fold/fold.js';
import { viewMember } from '../fold/view.js';
import { DEFAULT_PROGRAM } from '../program/default-program.js';
import { ProgramHistory } from '../program/history.js';
import type { Program } from '../program/program.js';

/** Midnight in Shanghai, where the default program lives. */
const DAY_START = Date.parse('2025-01-31T16:00:00Z');
const HOUR = 3_600_000;

/** A check-in at each of these hours of the day gives 5 points and 7 growth, up to the caps. */
function checkIns(hours: number[], caps: [before: number | undefined, after: number | undefined]) {
  const facts = hours.map((hour, i) => ({
    id: `f-${i}`,
    type: 'EngagementRecorded',
    customerId: 'c-1',
    occurredAt: DAY_START + hour * HOUR,
    data: { kind: 'check-in' },
  })) as Fact[];
  const [before, after] = caps.map((dailyCap): Program => {
    const program = structuredClone(DEFAULT_PROGRAM);
    program.points.engagement = { 'check-in': { points: 5, dailyCap } };
    program.growth.engagement = { 'check-in': { value: 7, dailyCap } };
    return program;
  });
  const programs = new ProgramHistory([
    { version: 1, effectiveFrom: null, program: before },
    { version: 2, effectiveFrom: DAY_START + 12 * HOUR, program: after },
  ]);
  const until = Math.max(...facts.map((fact) => fact.occurredAt));
  const { points, tier } = viewMember(foldFacts('c-1', facts, until, programs)!, until, programs);
  return { points: points.available, growth: tier!.growth };
}

describe('a cap per day', () => {
  it('counts by calendar day of the zone', () => {
    expect(checkIns([1, 2, 11, 25], [2, 2])).toEqual({ points: 15, growth: 21 });
  });

  it('counts what was earned earlier that day under another version, whose cap was higher or missing', () => {
    expect(checkIns([1, 2, 3, 13, 25], [3, 2])).toEqual({ points: 20, growth: 28 });
    expect(checkIns([1, 2, 3, 13, 25], [undefined, 2])).toEqual({ points: 20, growth: 28 });
  });

  it('that is lifted within the day allows everything from then on', () => {
    expect(checkIns([1, 2, 13, 14], [1, undefined])).toEqual({ points: 15, growth: 21 });
  });
});
