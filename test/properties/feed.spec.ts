import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChangeFeed, type FeedItem } from '@perennial/delivery';
import { type EventLog, openMemoryLog } from '@perennial/event-log';
import { applyToMirror, changeToJson, decodeState, facetsOf, type ProgramHistory } from '@perennial/membership';
import { catchUp, Projector } from '@perennial/projection';
import { openSqliteReadStores, type ReadStore, type ReadStores } from '@perennial/read-store';
import fc from 'fast-check';
import { arbitraryArrivals, type Entry, publish, recordsOf } from '../histories/arbitrary-arrivals.js';
import { arbitraryPrograms } from '../histories/arbitrary-history.js';
import { everything } from '../histories/everything.js';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 60);

type Mirror = Map<string, Map<string, unknown>>;

/** Holds what a subscriber holds who has read the feed up to a cursor. */
class Subscriber {
  readonly mirror: Mirror = new Map();
  readonly ids: string[] = [];

  constructor(
    private readonly feed: ChangeFeed,
    private readonly limit: number,
    private cursor: string | undefined = undefined,
  ) {}

  /** Reads on to the end. */
  async read(): Promise<void> {
    for (;;) {
      const { items, cursor } = await this.feed.read({ after: this.cursor, limit: this.limit });
      for (const item of items) this.apply(item);
      this.cursor = cursor;
      if (items.length === 0) return;
    }
  }

  private apply(item: FeedItem): void {
    this.ids.push(item.id);
    const { customerId } = item;
    if (item.type === 'member-merged') return void this.mirror.delete(customerId);
    const facets = this.mirror.get(customerId) ?? new Map<string, unknown>();
    applyToMirror(facets, { ...item, details: item.details ?? undefined });
    if (facets.size === 0) this.mirror.delete(customerId);
    else this.mirror.set(customerId, facets);
  }
}

/** What every member of a store looks like in changes. */
async function facetsIn(store: ReadStore, programs: ProgramHistory): Promise<Mirror> {
  const mirror: Mirror = new Map();
  for (const { customerId, state } of await store.scanMembers(null, 1_000)) {
    const facets = new Map<string, unknown>();
    for (const [key, { value }] of facetsOf(decodeState(state), programs)) facets.set(key, shown(value));
    mirror.set(customerId, facets);
  }
  return mirror;
}

/** A facet's value as changes bear it outside. */
function shown(value: unknown): unknown {
  const nothing = { type: 'correction' as const, customerId: '', at: 0, cause: { fact: '' }, programVersion: 1 };
  return changeToJson({ ...nothing, subject: '', before: null, after: value }).after;
}

describe('a subscriber to the feed of changes', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'feed-property-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  /** Every run has a store of its own, in a generation that is thrown away. */
  async function inStore(work: (stores: ReadStores, store: ReadStore) => Promise<void>): Promise<void> {
    const path = await mkdtemp(join(dir, 'run-'));
    const stores = openSqliteReadStores({ dir: path });
    try {
      await work(stores, await stores.current());
    } finally {
      await stores.close();
      await rm(path, { recursive: true });
    }
  }

  /** Projects what the log holds behind the store in batches of some sizes; `between` runs after each. */
  async function projectOn(log: EventLog, store: ReadStore, sizes: number[], between: () => Promise<void>) {
    const projector = await Projector.resume(log, store, { onFailure: 'stop' });
    for (let i = 0; ; i++) {
      const batch = await log.readAll({ after: projector.position, limit: sizes[i % sizes.length] });
      if (batch.length === 0) return;
      await projector.project(batch);
      await between();
    }
  }

  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
  const pageSize = fc.integer({ min: 1, max: 20 });

  it('who reads from the beginning holds every member as they are, and a rebuild tells the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryArrivals,
        arbitraryPrograms,
        sizes,
        pageSize,
        async (entries, programs, cuts, limit) => {
          const log = openMemoryLog();
          await publish(log, programs);
          const announced = entries.map((entry): Entry => ('tick' in entry ? entry : { ...entry, announce: true }));
          await log.appendFacts(recordsOf(announced));
          await inStore(async (stores, store) => {
            const subscriber = new Subscriber(new ChangeFeed(stores), limit);
            await projectOn(log, store, cuts, () => subscriber.read());
            expect(subscriber.mirror).toEqual(await facetsIn(store, programs));
            expect(new Set(subscriber.ids).size).toBe(subscriber.ids.length);

            const before = await everything(store);
            const next = await stores.createNext();
            await catchUp(log, next, { onFailure: 'stop' });
            expect(await everything(next)).toEqual(before);
            await stores.publish(next);
            await subscriber.read();
            const again = new Subscriber(new ChangeFeed(stores), limit);
            await again.read();
            expect(again.ids).toEqual(subscriber.ids);
          });
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('who starts from a snapshot after an import, with its cursor, holds every member as they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryArrivals,
        arbitraryPrograms,
        fc.nat(),
        sizes,
        pageSize,
        async (entries, programs, cut, cuts, limit) => {
          const log = openMemoryLog();
          await publish(log, programs);
          const imported = entries.slice(0, cut % (entries.length + 1));
          const history = imported.map((entry): Entry => ('tick' in entry ? entry : { ...entry, announce: false }));
          const recordedAt = Date.UTC(2024, 2, 1);
          await log.appendFacts(recordsOf(history).map((record) => ({ ...record, recordedAt })));
          await inStore(async (stores, store) => {
            await projectOn(log, store, cuts, () => Promise.resolve());
            const feed = new ChangeFeed(stores);
            const subscriber = new Subscriber(feed, limit, await feed.end());
            for (const [id, facets] of await facetsIn(store, programs)) subscriber.mirror.set(id, facets);

            const rest = recordsOf(
              entries.map((entry): Entry => ('tick' in entry ? entry : { ...entry, announce: true })),
            ).slice(imported.length);
            await log.appendFacts(rest);
            await projectOn(log, store, cuts, () => subscriber.read());
            expect(subscriber.mirror).toEqual(await facetsIn(store, programs));
          });
        },
      ),
      { numRuns: RUNS },
    );
  });
});
