import type { EventLog } from '@perennial/event-log';
import { type Link, resolveLinks } from '@perennial/membership';
import type { LogPlace } from './key-table.js';
import type { KeyVault } from './key-vault.js';

/** Records of the log that bear on whose keys must not be there. */
const TYPES = ['PersonalDataErased', 'IdentityLinked'];
const PAGE = 2_000;

/**
 * Destroys the keys of everybody whom the log says was erased, and of who is linked to them, before or after. Beside the
 * keys stands how far the log was followed for them: what a crash interrupted is made up for, and so is what restored older
 * keys have not heard of.
 *
 * Any number of processes may do so at once. Each looks through the log itself, from a place up to which all erasures are
 * known, and leaves another such place, with everything in between, in one step; so whoever comes last, it is true. A place
 * that is further back than another one's only makes the next look longer.
 */
export class Erasures {
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: EventLog,
    private readonly vault: KeyVault,
    /** Every link that the log holds at the time of the call. */
    private readonly links: () => Promise<readonly Link[]>,
  ) {}

  /** Resolves when the keys of everybody whose erasure was in the log before the call are gone. */
  carryOut(): Promise<void> {
    // One after the other, each with a look of its own: the one before may have looked too early.
    const next = this.#last.then(() => this.#carryOut());
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #carryOut(): Promise<void> {
    const known = await this.vault.erasures();
    const from = await this.#whereToBegin(known.place);
    const place = await this.#endOfLog();
    const fresh = new Set<string>();
    let linked = false;
    for (let after = from; ;) {
      const page = await this.log.readAll({ after, limit: PAGE, types: TYPES });
      for (const { type, customerId } of page) {
        if (type === 'PersonalDataErased') fresh.add(customerId!);
        else linked = true;
      }
      if (page.length < PAGE) break;
      after = page[page.length - 1].position;
    }
    const erased = new Set([...known.erased, ...fresh]);
    const isSettled = fresh.size === 0 && (!linked || erased.size === 0);
    const destroyed = isSettled ? [] : groupOf(erased, await this.links());
    await this.vault.settle({ erased: fresh, destroyed, place });
  }

  /** Behind what was looked through; at the beginning when this is another log than then (an older copy, put back). */
  async #whereToBegin({ position, recordId }: LogPlace): Promise<number> {
    if (position === 0) return 0;
    return (await this.log.recordAt(position))?.id === recordId ? position : 0;
  }

  async #endOfLog(): Promise<LogPlace> {
    const position = await this.log.head();
    const record = position === 0 ? null : await this.log.recordAt(position);
    return { position, recordId: record?.id ?? '' };
  }
}

/** All ids of the customers that some ids stand for. */
function groupOf(ids: ReadonlySet<string>, links: readonly Link[]): Set<string> {
  const identities = resolveLinks(links);
  const customers = new Set([...ids].map((id) => identities.resolve(id)));
  const group = new Set([...ids, ...customers]);
  for (const { aliasId, customerId } of links) {
    for (const id of [aliasId, customerId]) if (customers.has(identities.resolve(id))) group.add(id);
  }
  return group;
}
