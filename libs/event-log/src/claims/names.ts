import { hash } from 'node:crypto';

/** Hexadecimal digits of a name: 16 bytes, so that two texts never meet in one. */
const DIGITS = 32;

/** The name under which a message id is claimed. */
export function idName(id: string): string {
  return hash('sha256', `id:${id}`, 'hex').slice(0, DIGITS);
}

/** The name under which a natural key is claimed. */
export function keyName(key: string): string {
  return hash('sha256', `key:${key}`, 'hex').slice(0, DIGITS);
}

/** Names of all that records take up. */
export function namesOf(records: readonly { id: string; key?: string }[]): string[] {
  return records.flatMap(({ id, key }) => (key === undefined ? [idName(id)] : [idName(id), keyName(key)]));
}
