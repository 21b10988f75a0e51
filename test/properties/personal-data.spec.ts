import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemoryLog } from '@perennial/event-log';
import { encodeState, type Fact, foldFacts, type ProgramHistory, withheldData } from '@perennial/membership';
import { PersonalData } from '@perennial/privacy';
import fc from 'fast-check';
import { arbitraryFacts, arbitraryInstant, arbitraryPrograms } from '../histories/arbitrary-history.js';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 200);

function stateOf(facts: readonly Fact[], until: number, programs: ProgramHistory): string | null {
  const state = foldFacts('c-1', facts, until, programs);
  return state && encodeState(state);
}

describe('a history whose personal data is sealed', () => {
  let dir: string;
  let personalData: PersonalData;

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-sealed-'));
    const parts = { path: join(dir, 'keys.db'), master: { path: join(dir, 'master.key') } };
    personalData = new PersonalData({ ...parts, log: openMemoryLog(), links: () => Promise.resolve([]) });
  });
  afterAll(async () => {
    await personalData.close();
    rmSync(dir, { recursive: true });
  });

  it('makes the same member, can be read back, and makes the same member again with the keys gone', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFacts, arbitraryInstant, arbitraryPrograms, async (facts, until, programs) => {
        const clear = stateOf(facts, until, programs);
        const sealed = await personalData.seal(facts);
        expect(stateOf(sealed, until, programs)).toBe(clear);
        const read = await Promise.all(sealed.map(async (fact) => (await personalData.reveal(fact)).data));
        expect(read).toEqual(facts.map(({ data }) => data));
        // As export writes it where keys were destroyed.
        const withheld = sealed.map((fact) => ({ ...fact, data: withheldData(fact) }) as unknown as Fact);
        expect(stateOf(withheld, until, programs)).toBe(clear);
      }),
      { numRuns: RUNS },
    );
  });
});
