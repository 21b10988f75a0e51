import type { EventLog } from '@perennial/event-log';
import {
  type DataObject,
  divideData,
  type DividedData,
  type Fact,
  type Link,
  mayBePersonal,
  PERSONAL,
  personalPart,
  type PersonalPart,
  withheldData,
  birthdayTold,
  withoutYear,
} from '@perennial/membership';
import { Erasures } from './erasures.js';
import { type KnownKeys, KeyVault, type KeyVaultOptions } from './key-vault.js';

/** `data` of a fact in the form in which it was sent (SPEC Appendix A). */
export interface Revealed {
  data: DataObject;
  /**
   * `whole`: as it was sent. `erased`: without what was personal, which nobody can read any more. `unreadable`: without
   * it too, because its key is missing or does not fit, though nobody was erased.
   */
  state: 'whole' | 'erased' | 'unreadable';
}

/** A fact as far as its personal part goes. */
export type Told = Pick<Fact, 'id' | 'type' | 'customerId' | 'data'>;

export type PersonalDataOptions = KeyVaultOptions & {
  log: EventLog;
  /** Every link that the log holds at the time of the call. */
  links: () => Promise<readonly Link[]>;
};

/**
 * Personal data on its way into the log and out of it (SPEC §12): sealed with a key of the customer's own, which an
 * erasure destroys. Calls reject with KeysUnavailableError or MasterKeyError.
 */
export class PersonalData {
  readonly #vault: KeyVault;
  readonly #erasures: Erasures;

  constructor(options: PersonalDataOptions) {
    this.#vault = new KeyVault(options);
    this.#erasures = new Erasures(options.log, this.#vault, options.links);
  }

  /** Makes up for erasures that were interrupted. @throws also when the master key does not fit. */
  async start(): Promise<void> {
    await this.#vault.check();
    await this.#erasures.carryOut();
  }

  /**
   * The facts as they go into the log. The keys of all of them are durable when this resolves. Of a customer who was
   * erased nothing personal is kept.
   */
  async seal(facts: readonly Fact[]): Promise<readonly Fact[]> {
    const divided = facts.map((fact) => (mayBePersonal(fact.type) ? divideData(fact) : null));
    if (divided.every((parts) => parts === null)) return facts;
    const concerned = facts.filter((_, i) => divided[i]?.personal).map(({ customerId }) => customerId);
    // Asked for also where nothing is sealed: a fact of an erased customer says so, to be compared with what it was.
    return this.#vault.withKeys(new Set(concerned), { make: true }, (known) =>
      facts.map((fact, i) => (divided[i] ? sealed(fact, divided[i], known) : fact)),
    );
  }

  /** @param fact as the log has it, or as it was sent. */
  async reveal(fact: Told): Promise<Revealed> {
    const part = personalPart(fact.data);
    if (part === undefined) return { data: { ...fact.data }, state: 'whole' };
    if (part.erased) return { data: withheldData(fact), state: 'erased' };
    return this.#vault.withKeys(new Set([fact.customerId]), { make: false }, (known) => opened(fact, part, known));
  }

  /** Destroys the keys of everybody whose erasure is in the log, and of who is linked to them. */
  carryOutErasures(): Promise<void> {
    return this.#erasures.carryOut();
  }

  close(): Promise<void> {
    return this.#vault.close();
  }
}

function sealed(fact: Fact, parts: DividedData, { keys, destroyed }: KnownKeys): Fact {
  const key = keys.get(fact.customerId);
  if (key && parts.personal) return withPart(fact, parts, key.seal(fact.id, parts.personal));
  return parts.personal || destroyed.has(fact.customerId) ? withPart(fact, parts, { erased: true }) : fact;
}

function opened(fact: Told, part: PersonalPart, { keys, destroyed }: KnownKeys): Revealed {
  if (destroyed.has(fact.customerId)) return { data: withheldData(fact), state: 'erased' };
  const plain = part.sealed === undefined ? null : keys.get(fact.customerId)?.open(fact.id, part.sealed);
  if (!plain) return { data: withheldData(fact), state: 'unreadable' };
  return { data: { ...divideData(fact).rest, ...(plain.value as DataObject) }, state: 'whole' };
}

/** The fact with what stands for its personal fields in place of them. */
function withPart(fact: Fact, { rest }: DividedData, part: PersonalPart): Fact {
  const birthday = birthdayTold(fact);
  const kept = birthday === undefined ? {} : { birthday: birthday === null ? null : withoutYear(birthday) };
  const data: DataObject = { ...rest, [PERSONAL]: { ...part, ...kept } };
  return { ...fact, data } as unknown as Fact;
}
