import type { Fact } from '../facts/fact.js';
import { naturalKey } from '../facts/natural-key.js';
import { type Decision, refusal } from './decision.js';

/** What is compared of two facts; those of one member come under any of their ids. */
export type Told = Pick<Fact, 'type' | 'customerId' | 'data'>;

/** Whether `recorded` is what a command that would have left `repeats` repeats: it bears the same id of its own. */
export function isRepeated(recorded: Told, repeats: Fact): boolean {
  if (recorded.type !== repeats.type) return false;
  const key = naturalKey(repeats);
  return key === undefined ? says(recorded.data, repeats.data) : naturalKey(recorded as Fact) === key;
}

/**
 * A command named an id that exists: the same content again is answered again, other content is refused (SPEC §1).
 * @param recorded the fact of this member for which `isRepeated` holds.
 */
export function judgeRepetition(recorded: Told, repeats: Fact): Decision {
  const key = naturalKey(repeats);
  if (key === undefined || sameData(recorded.data, repeats.data)) return { ok: true, facts: [] };
  const message = `${key} is taken with other content: choose another id`;
  return { ok: false, refusal: refusal('id-taken', message) };
}

/** Equality of the flat data that commands leave; keys in any order. */
function sameData(a: object, b: object): boolean {
  return Object.keys(a).length === Object.keys(b).length && says(a, b);
}

/** Whether data says all that other data says; an imported fact may say more than a command does. */
function says(data: object, all: object): boolean {
  const known = new Map<string, unknown>(Object.entries(data));
  return Object.entries(all).every(([key, value]) => known.has(key) && known.get(key) === value);
}
