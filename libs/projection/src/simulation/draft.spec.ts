import { DEFAULT_PROGRAM, type Program, type ProgramVersion } from '@perennial/membership';
import { DraftError, historiesWith } from './draft.js';

const named = (name: string, more: Partial<Program> = {}): Program => ({ ...DEFAULT_PROGRAM, name, ...more });
const version = (number: number, effectiveFrom: number | null): ProgramVersion => ({
  version: number,
  effectiveFrom,
  program: named(`v${number}`),
});
const PUBLISHED = [version(1, null), version(2, 1_000), version(3, 2_000)];

function errorsOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof DraftError) return error.errors;
    throw error;
  }
  return [];
}

describe('a draft in the history of the program', () => {
  it('stands in for every version when it is tried from the beginning of time', () => {
    const { before, after, replaces } = historiesWith(PUBLISHED, { program: named('draft'), from: null }, 5_000);
    expect(before.versions).toEqual(PUBLISHED);
    expect(after.versions).toEqual([{ version: 1, effectiveFrom: null, program: named('draft') }]);
    expect(replaces).toEqual([1, 2, 3]);
  });

  it('follows the versions before it and stands in for those after it when it is tried from an instant', () => {
    const { after, replaces } = historiesWith(PUBLISHED, { program: named('draft'), from: 1_500 }, 5_000);
    expect(after.versions.map(({ program, effectiveFrom }) => [program.name, effectiveFrom])).toEqual([
      ['v1', null],
      ['v2', 1_000],
      ['draft', 1_500],
    ]);
    expect(replaces).toEqual([3]);
  });

  it('stands in for the version that takes effect at the same instant', () => {
    const { after, replaces } = historiesWith(PUBLISHED, { program: named('draft'), from: 1_000 }, 5_000);
    expect(after.versions.map(({ program }) => program.name)).toEqual(['v1', 'draft']);
    expect(replaces).toEqual([2, 3]);
  });

  it('is compared with itself where nothing was published', () => {
    const { before, after, replaces } = historiesWith([], { program: named('draft'), from: 1_000 }, 5_000);
    expect(before).toBe(after);
    expect(after.versions).toMatchObject([{ version: 1, effectiveFrom: null }]);
    expect(replaces).toEqual([]);
  });

  it('is refused with another time zone or currency, each named', () => {
    const program = named('draft', { timeZone: 'Europe/Paris', currency: 'EUR' });
    expect(errorsOf(() => historiesWith(PUBLISHED, { program, from: null }, 5_000))).toEqual([
      { path: 'program.timeZone', message: `must stay ${DEFAULT_PROGRAM.timeZone}: it never changes between versions` },
      { path: 'program.currency', message: `must stay ${DEFAULT_PROGRAM.currency}: it never changes between versions` },
    ]);
  });

  it('is refused where it would start after the instant of the comparison', () => {
    expect(errorsOf(() => historiesWith(PUBLISHED, { program: named('draft'), from: 5_001 }, 5_000))).toMatchObject([
      { path: 'from' },
    ]);
  });
});
