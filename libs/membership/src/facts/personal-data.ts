import type { CustomerFactType, Fact, Profile } from './fact.js';

/**
 * Which part of a fact is personal data (SPEC §12), and what stands for it in the log. Pure: keys and ciphers are
 * libs/privacy's.
 */

/** The field of `data` that stands for the personal ones in the log. Senders cannot use it. */
export const PERSONAL = '$personal';

/** What stands in the log in place of the personal fields of a fact. */
export interface PersonalPart {
  /** Those fields, encrypted with the key of the customer. */
  sealed?: string;
  /** Stands for their content where two facts are compared (ruling 1); made with the customer's key too. */
  mac?: string;
  /** The customer had been erased before: nothing was kept. */
  erased?: true;
  /**
   * `--MM-DD` where the profile told a birthday, null where it took one back. Points depend on it, so it stays when the
   * key is gone; the year does not.
   */
  birthday?: string | null;
}

export type DataObject = Record<string, unknown>;

/** `data` divided into what is personal and what is not. */
export interface DividedData {
  /** Null when nothing is. */
  personal: DataObject | null;
  rest: DataObject;
}

type Told = Pick<Fact, 'type' | 'data'>;

const allBut = (...clear: string[]) => {
  const names = new Set([...clear, PERSONAL]);
  return (field: string) => !names.has(field);
};
const note = (field: string) => field === 'note';

/**
 * Of facts in which people tell of themselves everything is personal that is not known to be harmless: a field that
 * nobody has heard of may hold anything.
 */
const IS_PERSONAL: Partial<Record<CustomerFactType, (field: string) => boolean>> = {
  CustomerRegistered: allBut('channel', 'consents'),
  ProfileUpdated: allBut(),
  ReviewSubmitted: allBut('reviewId', 'sku', 'orderId', 'rating', 'hasMedia', 'length'),
  TaskClaimed: note,
  TaskContacted: note,
  TaskSnoozed: note,
  TaskDismissed: note,
  TaskCompleted: note,
};

/** Whether facts of a type can hold personal data at all. */
export function mayBePersonal(type: string): boolean {
  return Object.hasOwn(IS_PERSONAL, type);
}

/** Divides the data of a fact, as sent or as the log has it; the part that stands for sealed fields is in neither. */
export function divideData({ type, data }: Told): DividedData {
  const isPersonal = IS_PERSONAL[type] ?? (() => false);
  const personal: [string, unknown][] = [];
  const rest: [string, unknown][] = [];
  for (const entry of Object.entries(data)) {
    // It has no JSON, so it was not sent.
    if (entry[1] === undefined) continue;
    if (isPersonal(entry[0])) personal.push(entry);
    else if (entry[0] !== PERSONAL) rest.push(entry);
  }
  // Not by assignment: a field may be called __proto__.
  return { personal: personal.length === 0 ? null : Object.fromEntries(personal), rest: Object.fromEntries(rest) };
}

/** The part of a fact in the log that stands for sealed fields. */
export function personalPart(data: object): PersonalPart | undefined {
  return (data as { [PERSONAL]?: PersonalPart })[PERSONAL];
}

/** The birthday without its year. */
export function withoutYear(birthday: string): string {
  return `--${birthday.slice(-5)}`;
}

/** The birthday that a fact tells, sealed or not; null takes it back, undefined says nothing of it. */
export function birthdayTold({ type, data }: Told): string | null | undefined {
  if (type !== 'CustomerRegistered' && type !== 'ProfileUpdated') return undefined;
  const { profile } = data as { profile?: Profile };
  return profile === undefined ? personalPart(data)?.birthday : profile.birthday;
}

/**
 * `data` of a fact in the form in which facts are sent, without what is personal; of a birthday the day is left, so that
 * whoever takes the fact in comes to the same points.
 */
export function withheldData(fact: Told): DataObject {
  const { rest } = divideData(fact);
  const birthday = birthdayTold(fact);
  if (birthday === undefined) return fact.type === 'ProfileUpdated' ? { profile: {}, ...rest } : rest;
  return { profile: { birthday: birthday === null ? null : withoutYear(birthday) }, ...rest };
}
