import { customerStream, openMemoryLog, type EventLog } from '@perennial/event-log';
import { type Fact, foldFacts, iso, naturalKey, type ProgramHistory, viewMember } from '@perennial/membership';
import { simulate } from '@perennial/projection';
import fc from 'fast-check';
import { arbitraryFacts, arbitraryInstant, arbitraryPrograms } from '../histories/arbitrary-history.js';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 150);

async function logOf(facts: readonly Fact[], programs: ProgramHistory): Promise<EventLog> {
  const log = openMemoryLog();
  const common = { schemaVersion: 1, recordedAt: 0, source: 'random' };
  for (const { version, effectiveFrom, program } of programs.versions) {
    const data = { version, effectiveFrom: effectiveFrom === null ? null : iso(effectiveFrom), program };
    const place = { stream: 'program', id: `program-${version}`, customerId: null, occurredAt: 0 };
    await log.append('program', [{ ...common, ...place, type: 'ProgramPublished', data }], 'any');
  }
  await log.appendFacts(
    facts.map((fact) => ({ ...common, ...fact, stream: customerStream(fact.customerId), key: naturalKey(fact) })),
  );
  return log;
}

describe('a simulation', () => {
  it('of the program that is in force already changes nothing, and shows what the member shows', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts, arbitraryPrograms, arbitraryInstant, async (facts, programs, asOf) => {
        const last = programs.versions.at(-1)!;
        const from = last.effectiveFrom !== null && last.effectiveFrom <= asOf ? last.effectiveFrom : null;
        fc.pre(from === last.effectiveFrom);
        const log = await logOf(facts, programs);

        const { before, after, tierMoves, points } = await simulate({ log }, { program: last.program, from, asOf });

        expect(after).toEqual(before);
        expect([tierMoves.moved, points.gain, points.lose]).toEqual([0, [], []]);
        const state = foldFacts('c-1', facts, asOf, programs);
        const member = state && viewMember(state, asOf, programs);
        const { available, pending, reserved, debt } = before.points.liability;
        const { totals, ...balance } = member?.points ?? {
          totals: before.points.totals,
          available: 0,
          pending: 0,
          reserved: 0,
          debt: 0,
        };
        expect({ available, pending, reserved, debt }).toEqual({
          available: balance.available,
          pending: balance.pending,
          reserved: balance.reserved,
          debt: balance.debt,
        });
        expect(before.points.totals).toEqual(totals);
        expect(before.members).toBe(member?.enrolled ? 1 : 0);
        if (member?.tier) expect(before.tiers[member.tier.effective]).toBe(1);
        const tasks = Object.values(before.tasks).flatMap((states) => Object.values(states));
        expect(tasks.reduce((sum, n) => sum + n, 0)).toBe(member?.tasks.length ?? 0);
      }),
      { numRuns: RUNS },
    );
  });
});
