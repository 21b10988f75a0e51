import type { EventLog } from '@perennial/event-log';
import type { Link } from '@perennial/membership';
import type { ReadStores } from '@perennial/read-store';
import { linkOf } from './replay/component-replay.js';

const PAGE = 2_000;

/** Every link that the log holds: those of the read store, and those that it has not come to yet. */
export async function knownLinks(log: EventLog, stores: ReadStores): Promise<Link[]> {
  const store = await stores.current();
  // The place first: what is projected meanwhile comes twice, and counts once by its id.
  const { position } = await store.checkpoint();
  const links = new Map<string, Link>((await store.links()).map((link) => [link.factId, link]));
  for (let after = position; ;) {
    const page = await log.readAll({ after, limit: PAGE, types: ['IdentityLinked'] });
    for (const record of page) links.set(record.id, linkOf(record));
    if (page.length < PAGE) return [...links.values()];
    after = page[page.length - 1].position;
  }
}
