import type { Member } from '@perennial/membership';

/** One field of one member that is not as expected. */
export interface Difference {
  customerId: string;
  /** Such as `points.totals.earned`; empty for the member as a whole. */
  field: string;
  expected: string;
  actual: string;
}

export interface Comparison {
  members: number;
  equal: number;
  differences: Difference[];
}

/** Fields of Appendix B that are left out of a comparison. */
export type Without = ReadonlySet<string>;

/** Compares members with those expected, one by one; `churn` only where both have one. */
export function compareMembers(expected: readonly Member[], actual: readonly Member[], without: Without): Comparison {
  const left = new Map(actual.map((member) => [member.customerId, member]));
  const differences: Difference[] = [];
  let equal = 0;
  for (const member of expected) {
    const { customerId } = member;
    const found = left.get(customerId);
    left.delete(customerId);
    const fields = found === undefined ? [missing('a member', 'none')] : differingFields(member, found, without);
    if (fields.length === 0) equal++;
    differences.push(...fields.map((field) => ({ customerId, ...field })));
  }
  for (const customerId of left.keys()) differences.push({ customerId, ...missing('none', 'a member') });
  return { members: expected.length, equal, differences };
}

function missing(expected: string, actual: string): Omit<Difference, 'customerId'> {
  return { field: '', expected, actual };
}

function differingFields(expected: Member, actual: Member, without: Without) {
  const skipped = new Set(without);
  if (expected.churn === null || actual.churn === null) skipped.add('churn');
  const keep = (member: Member) => Object.fromEntries(Object.entries(member).filter(([key]) => !skipped.has(key)));
  return [...differencesOf(keep(expected), keep(actual), '')];
}

function* differencesOf(expected: unknown, actual: unknown, field: string): Generator<Omit<Difference, 'customerId'>> {
  if (expected === actual) return;
  if (!isContainer(expected) || !isContainer(actual)) {
    yield { field, expected: JSON.stringify(expected) ?? 'nothing', actual: JSON.stringify(actual) ?? 'nothing' };
    return;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    // Items of a list are one field: which of them differs is seen from the values.
    const path = Array.isArray(expected) ? `${field}[]` : field === '' ? key : `${field}.${key}`;
    yield* differencesOf(expected[key], actual[key], path);
  }
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
