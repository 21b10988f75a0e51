import { divideData, type Fact, mayBePersonal } from '@perennial/membership';

const LEFT_OUT = '(personal data)';
/** What personal data is called in facts, for those whose type says nothing. */
const NAMES = new Set(['profile', 'text', 'note']);

/**
 * A row as it is shown where it is set aside: without personal data as far as it is known to be some, because nobody
 * would think of that file when somebody is erased. The line still says where to look.
 * @param input the fact that the row made, or the row itself.
 */
export function shownRow(row: unknown, input: unknown): unknown {
  if (row !== input) return holdsPersonal(input) ? LEFT_OUT : row;
  const told = isPersonalFact(row) ? { ...row, data: redacted(row) } : row;
  return JSON.parse(
    JSON.stringify(told, (name, value: unknown) => (NAMES.has(name) && value !== null ? LEFT_OUT : value)),
  );
}

function holdsPersonal(input: unknown): boolean {
  return isPersonalFact(input) && divideData(input).personal !== null;
}

function isPersonalFact(input: unknown): input is Pick<Fact, 'type' | 'data'> {
  if (typeof input !== 'object' || input === null || !('type' in input) || !('data' in input)) return false;
  return typeof input.type === 'string' && mayBePersonal(input.type) && typeof input.data === 'object' && !!input.data;
}

function redacted(fact: Pick<Fact, 'type' | 'data'>): object {
  const { personal, rest } = divideData(fact);
  return { ...rest, ...Object.fromEntries(Object.keys(personal ?? {}).map((field) => [field, LEFT_OUT])) };
}
