import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChangeRow, openSqliteReadStores, type ReadStores } from '@perennial/read-store';
import { ChangeFeed } from './change-feed.js';
import { FeedWaiters } from './feed-waiters.js';

function change(position: number, customerId: string, ordinal = 0, type = 'stage-changed'): ChangeRow {
  const rest = {
    cause: { fact: `f-${position}` },
    programVersion: 1,
    subject: customerId,
    before: 'new',
    after: 'active',
  };
  return { position, customerId, ordinal, type, at: Date.UTC(2025, 0, 1), body: JSON.stringify(rest) };
}

describe('the feed of changes', () => {
  let dir: string;
  let stores: ReadStores;
  let feed: ChangeFeed;
  const announce = async (position: number, changes: ChangeRow[], settled = position) => {
    const store = await stores.current();
    const expected = await store.checkpoint();
    const nothing = { members: [], activities: [], removedMembers: [], tasks: [], links: [], parked: [], unparked: [] };
    await store.commit({ expected, checkpoint: { position, clock: 0, settled }, changes, ...nothing });
  };

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'feed-'));
    stores = openSqliteReadStores({ dir });
    feed = new ChangeFeed(stores);
  });
  afterEach(async () => {
    await stores.close();
    await rm(dir, { recursive: true });
  });
  const ids = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);

  it('gives each change with an id and its instants as text', async () => {
    await announce(3, [change(3, 'c-1')]);
    expect((await feed.read({ limit: 10 })).items).toEqual([
      {
        id: '3-0-c-1',
        type: 'stage-changed',
        customerId: 'c-1',
        at: '2025-01-01T00:00:00.000Z',
        cause: { fact: 'f-3' },
        programVersion: 1,
        subject: 'c-1',
        before: 'new',
        after: 'active',
        details: null,
      },
    ]);
  });

  it('is read on by its cursors, page by page, each change once', async () => {
    await announce(4, [change(2, 'c-1'), change(2, 'c-1', 1), change(2, 'c-2'), change(4, 'a')]);
    const first = await feed.read({ limit: 3 });
    const rest = await feed.read({ after: first.cursor, limit: 3 });
    const end = await feed.read({ after: rest.cursor, limit: 3 });
    expect([first, rest, end].map(ids)).toEqual([['2-0-c-1', '2-1-c-1', '2-0-c-2'], ['4-0-a'], []]);
    expect([end.cursor, await feed.end()]).toEqual([rest.cursor, rest.cursor]);
    await announce(5, [change(5, 'a')]);
    expect(ids(await feed.read({ after: end.cursor, limit: 3 }))).toEqual(['5-0-a']);
  });

  it('has a cursor before there is anything', async () => {
    const empty = await feed.read({ limit: 1 });
    expect(empty.items).toEqual([]);
    await announce(1, [change(1, 'c-1')]);
    expect(ids(await feed.read({ after: empty.cursor, limit: 1 }))).toEqual(['1-0-c-1']);
  });

  it('looks through what is filtered out once', async () => {
    await announce(9, [change(2, 'c-1'), change(9, 'c-1', 0, 'bad-review')]);
    const page = await feed.read({ types: ['tier-changed'], limit: 5 });
    expect(page).toMatchObject({ items: [], settled: 9, cursor: await feed.end() });
    expect(ids(await feed.read({ types: ['bad-review'], limit: 5 }))).toEqual(['9-0-c-1']);
  });

  it('ends where it is complete', async () => {
    await announce(5, [change(5, 'b')], 4);
    const before = await feed.read({ limit: 5 });
    expect(before.items).toEqual([]);
    await announce(5, [change(5, 'a')], 5);
    expect(ids(await feed.read({ after: before.cursor, limit: 5 }))).toEqual(['5-0-a', '5-0-b']);
  });

  describe('with somebody who waits', () => {
    const LONG = 60_000;
    const never = new AbortController().signal;
    const failures: unknown[] = [];
    let waiters: FeedWaiters;
    let looks: number;

    beforeEach(() => {
      looks = 0;
      const counted: ReadStores = { ...stores, current: () => (looks++, stores.current()) };
      waiters = new FeedWaiters(counted, (error) => failures.push(error));
    });
    afterEach(() => {
      waiters.close();
      expect(failures).toEqual([]);
    });

    it('wakes all of them with one look at the store', async () => {
      const waits = Array.from({ length: 1_000 }, () => waiters.wait(0, undefined, LONG, never));
      await announce(1, [change(1, 'c-1')]);
      waiters.advanced(1);
      expect(new Set(await Promise.all(waits))).toEqual(new Set([true]));
      expect({ looks, count: waiters.count }).toEqual({ looks: 1, count: 0 });
    });

    it('wakes those only for whom there is something', async () => {
      const forTiers = waiters.wait(0, ['tier-changed'], LONG, never);
      const forStages = waiters.wait(0, ['bad-review', 'stage-changed'], LONG, never);
      await announce(1, [change(1, 'c-1')]);
      waiters.advanced(1);
      await forStages;
      expect(waiters.count).toBe(1);
      await announce(2, [change(2, 'c-1', 0, 'tier-changed')]);
      waiters.advanced(2);
      await forTiers;
    });

    it('does not miss what came between their look and their wait', async () => {
      await announce(1, [change(1, 'c-1')]);
      waiters.advanced(1);
      expect(await waiters.wait(0, undefined, LONG, never)).toBe(true);
      const nothingNew = waiters.wait(1, undefined, LONG, never);
      expect(waiters.count).toBe(1);
      waiters.close();
      expect(await nothingNew).toBe(false);
    });

    it('lets go of them when their time is over, they leave, or it closes', async () => {
      const leaving = new AbortController();
      const left = waiters.wait(0, undefined, LONG, leaving.signal);
      leaving.abort();
      const over = await waiters.wait(0, undefined, 1, never);
      const last = waiters.wait(0, undefined, LONG, never);
      waiters.close();
      const late = await waiters.wait(0, undefined, LONG, never);
      expect([await left, over, await last, late]).toEqual(Array(4).fill(false));
      expect(waiters.count).toBe(0);
    });
  });
});
