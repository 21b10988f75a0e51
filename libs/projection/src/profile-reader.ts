import type { EventLog } from '@perennial/event-log';
import { compareFacts, type DataObject } from '@perennial/membership';
import type { PersonalData } from '@perennial/privacy';
import { asFact, readCustomer } from './customer-facts.js';
import type { MemberReader } from './member-reader.js';

export type ProfileReading =
  | { status: 'known'; customerId: string; profile: DataObject }
  /** No fact of this customer is in the log. */
  | { status: 'unknown' }
  /** The customer was erased: there is nothing that could be read. */
  | { status: 'erased' }
  /** A key is missing or does not fit, though nobody was erased: the file of keys is not the log's. */
  | { status: 'unreadable' };

/** Reads what customers told of themselves: from the log, on demand, because no read model keeps it (SPEC §12). */
export class ProfileReader {
  constructor(
    private readonly log: EventLog,
    private readonly reader: MemberReader,
    private readonly personalData: PersonalData,
  ) {}

  /**
   * The profile as of the last fact: registrations and updates in fact order, the latest of each field; null takes a
   * field back. Everything told under an alias counts too.
   * @throws KeysUnavailableError, MasterKeyError
   */
  async read(id: string): Promise<ProfileReading> {
    const identities = await this.reader.identityMap();
    const customerId = identities.resolve(id);
    const facts = (await readCustomer(this.log, identities, customerId, Infinity)).map(asFact).sort(compareFacts);
    if (facts.length === 0) return { status: 'unknown' };
    if (facts.some(({ type }) => type === 'PersonalDataErased')) return { status: 'erased' };
    const fields = new Map<string, unknown>();
    for (const fact of facts) {
      if (fact.type !== 'CustomerRegistered' && fact.type !== 'ProfileUpdated') continue;
      const { data, state } = await this.personalData.reveal(fact);
      if (state !== 'whole') return { status: state };
      take(fields, (data as { profile?: object }).profile ?? {});
    }
    return { status: 'known', customerId, profile: Object.fromEntries(fields) };
  }
}

function take(fields: Map<string, unknown>, profile: object): void {
  for (const [field, value] of Object.entries(profile)) {
    if (value === null) fields.delete(field);
    else fields.set(field, value);
  }
}
