import { PERSONAL, type PersonalPart } from '@perennial/membership';

/** What of a fact is its content: two facts of equal content say the same (SPEC ruling 1). */
export interface Content {
  customerId: string | null;
  type: string;
  /** UTC milliseconds. */
  occurredAt: number;
  /** `data` as JSON text. */
  json: string;
}

/**
 * True when both say the same: customerId, type, occurredAt and data, whatever the order of keys in data (ruling 1).
 * Personal fields are compared by what stands for their content; where an erasure left nothing to compare, by the rest.
 */
export function sameContent(a: Content, b: Content): boolean {
  return (
    a.customerId === b.customerId &&
    a.type === b.type &&
    a.occurredAt === b.occurredAt &&
    (a.json === b.json || sameData(JSON.parse(a.json), JSON.parse(b.json)))
  );
}

function sameData(a: unknown, b: unknown): boolean {
  const [left, leftPersonal] = withoutPersonal(a);
  const [right, rightPersonal] = withoutPersonal(b);
  return samePersonal(leftPersonal, rightPersonal) && sameJson(left, right);
}

function withoutPersonal(data: unknown): [rest: unknown, personal: PersonalPart] {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, PERSONAL)) return [data, {}];
  const { [PERSONAL]: personal, ...rest } = data as { [PERSONAL]: PersonalPart };
  return [rest, personal];
}

/** A cipher text is another one every time; the year of a birthday is part of the content, its day may be all there is. */
function samePersonal(a: PersonalPart, b: PersonalPart): boolean {
  return a.birthday === b.birthday && (a.erased === true || b.erased === true || a.mac === b.mac);
}

/** Equality of parsed JSON values; keys of objects in any order, items of arrays in theirs. */
function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => sameJson(item, b[index]))
    );
  }
  const left = Object.entries(a);
  const right = new Map<string, unknown>(Object.entries(b));
  return left.length === right.size && left.every(([key, value]) => right.has(key) && sameJson(value, right.get(key)));
}
