import fc from 'fast-check';
import { DEFAULT_PROGRAM } from './default-program.js';
import type { ProgramVersion } from './history.js';
import { checkSuccession, parseProgramPublished } from './program-published.js';

const sent = {
  id: 'p-2',
  type: 'ProgramPublished',
  customerId: null,
  occurredAt: '2025-05-01T00:00:00.000Z',
  source: 'console',
  data: { version: 2, effectiveFrom: '2025-06-01T00:00:00+08:00', program: DEFAULT_PROGRAM },
};

function refused(input: unknown): string[] {
  const parsed = parseProgramPublished(input);
  return parsed.ok ? [] : parsed.errors.map((error) => error.path);
}

describe('A published program', () => {
  it('is read with its instants in milliseconds', () => {
    expect(parseProgramPublished(sent)).toEqual({
      ok: true,
      fact: {
        ...sent,
        occurredAt: Date.parse('2025-05-01T00:00:00Z'),
        data: { version: 2, effectiveFrom: Date.parse('2025-05-31T16:00:00Z'), program: DEFAULT_PROGRAM },
      },
    });
  });

  it('may apply from the beginning of time', () => {
    expect(refused({ ...sent, data: { ...sent.data, effectiveFrom: null } })).toEqual([]);
  });

  it('names everything that is wrong', () => {
    const program = { ...DEFAULT_PROGRAM, currency: 'yuan' };
    const wrong = { ...sent, customerId: 'c-1', data: { version: 0, program } };
    expect(refused(wrong)).toEqual(['customerId', 'data.version', 'data.effectiveFrom', 'data.program.currency']);
    expect(refused({})).toEqual(['id', 'type', 'customerId', 'occurredAt', 'data']);
    expect(refused([])).toEqual(['']);
  });

  it('answers whatever JSON comes in', () => {
    fc.assert(fc.property(fc.jsonValue(), (data) => refused({ ...sent, data }).length > 0));
  });
});

describe('A version after others', () => {
  const NOW = Date.parse('2025-06-01T00:00:00Z');
  const DAY = 86_400_000;
  const version = (number: number, effectiveFrom: number | null, program = DEFAULT_PROGRAM): ProgramVersion => ({
    version: number,
    effectiveFrom,
    program,
  });
  const refusedAfter = (previous: ProgramVersion[], next: ProgramVersion, logHasCustomerFacts = true) =>
    checkSuccession(previous, next, { now: NOW, logHasCustomerFacts }).map((error) => error.path);

  it('is number 1 when it is the first, and may reach back to the beginning of time', () => {
    expect(refusedAfter([], version(1, null))).toEqual([]);
    expect(refusedAfter([], version(1, NOW - DAY))).toEqual([]);
    expect(refusedAfter([], version(2, null))).toEqual(['version']);
  });

  it('bears the next number', () => {
    const first = version(1, null);
    expect(refusedAfter([first], version(2, NOW + DAY))).toEqual([]);
    expect(refusedAfter([first], version(1, NOW + DAY))).toEqual(['version']);
    expect(refusedAfter([first], version(3, NOW + DAY))).toEqual(['version']);
  });

  it('takes effect later than the one before, at an instant', () => {
    const previous = [version(1, null), version(2, NOW + DAY)];
    expect(refusedAfter(previous, version(3, NOW + DAY + 1))).toEqual([]);
    expect(refusedAfter(previous, version(3, NOW + DAY))).toEqual(['effectiveFrom']);
    expect(refusedAfter(previous, version(3, null))).toEqual(['effectiveFrom']);
  });

  it('reaches into the past only while the log holds no fact of a customer', () => {
    const first = [version(1, null)];
    expect(refusedAfter(first, version(2, NOW))).toEqual([]);
    expect(refusedAfter(first, version(2, NOW - 1))).toEqual(['effectiveFrom']);
    expect(refusedAfter(first, version(2, NOW - 1), false)).toEqual([]);
  });

  it('keeps time zone and currency', () => {
    const moved = { ...DEFAULT_PROGRAM, timeZone: 'UTC', currency: 'EUR' };
    expect(refusedAfter([version(1, null)], version(2, NOW, moved))).toEqual(['program.timeZone', 'program.currency']);
  });
});
