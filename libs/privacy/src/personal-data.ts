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
import { KeyVault, type KeyVaultOptions } from './key-vault.js';

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

export interface PersonalDataOptions extends KeyVaultOptions {
  log: EventLog;
  /** Every link that the log holds at the time of the call. */
  links: () => Promise<readonly Link[]>;
}

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
    this.#vault.check();
    await this.#erasures.carryOut();
  }

  /**
   * The facts as they go into the log. The keys of all of them are durable when this resolves. Of a customer who was
   * erased nothing personal is kept.
   */
  seal(facts: readonly Fact[]): Promise<readonly Fact[]> {
    return this.#answer(() => (facts.some(({ type }) => mayBePersonal(type)) ? this.#sealAll(facts) : facts));
  }

  /** @param fact as the log has it, or as it was sent. */
  reveal(fact: Told): Promise<Revealed> {
    return this.#answer(() => {
      const part = personalPart(fact.data);
      return part === undefined ? { data: { ...fact.data }, state: 'whole' } : this.#revealPart(fact, part);
    });
  }

  /** Destroys the keys of everybody whose erasure is in the log, and of who is linked to them. */
  carryOutErasures(): Promise<void> {
    return this.#erasures.carryOut();
  }

  close(): void {
    this.#vault.close();
  }

  /** Does the work in this turn; whatever it throws becomes a rejection. */
  async #answer<T>(work: () => T | Promise<T>): Promise<T> {
    return await work();
  }

  #sealAll(facts: readonly Fact[]): Fact[] {
    const divided = facts.map((fact) => (mayBePersonal(fact.type) ? divideData(fact) : null));
    const concerned = facts.filter((_, i) => divided[i]?.personal).map(({ customerId }) => customerId);
    // Asked for also where nothing is sealed: a fact of an erased customer says so, to be compared with what it was.
    const destroyed = this.#vault.destroyedIds();
    const keys = concerned.length > 0 ? this.#vault.keysOf(new Set(concerned)) : null;
    return facts.map((fact, i) => {
      const parts = divided[i];
      if (parts === null) return fact;
      const key = keys?.get(fact.customerId);
      if (key && parts.personal) return withPart(fact, parts, key.seal(fact.id, parts.personal));
      return parts.personal || destroyed.has(fact.customerId) ? withPart(fact, parts, { erased: true }) : fact;
    });
  }

  #revealPart(fact: Told, { sealed, erased }: PersonalPart): Revealed {
    const withheld = withheldData(fact);
    if (erased) return { data: withheld, state: 'erased' };
    const key = this.#vault.keyOf(fact.customerId);
    if (key === 'destroyed') return { data: withheld, state: 'erased' };
    const opened = key && sealed !== undefined ? key.open(fact.id, sealed) : null;
    if (!opened) return { data: withheld, state: 'unreadable' };
    return { data: { ...divideData(fact).rest, ...(opened.value as DataObject) }, state: 'whole' };
  }
}

/** The fact with what stands for its personal fields in place of them. */
function withPart(fact: Fact, { rest }: DividedData, part: PersonalPart): Fact {
  const birthday = birthdayTold(fact);
  const kept = birthday === undefined ? {} : { birthday: birthday === null ? null : withoutYear(birthday) };
  const data: DataObject = { ...rest, [PERSONAL]: { ...part, ...kept } };
  return { ...fact, data } as unknown as Fact;
}
