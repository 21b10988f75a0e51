import {
  InvalidCursorError,
  type MemberQuery,
  type MemberRow,
  type MemberSort,
  type ReadStore,
} from '@perennial/read-store';
import fc from 'fast-check';
import type { Subject } from './subject.js';
import { NOON, byCodePoint, commit, ids, member } from './rows.js';

const KEYS: Record<MemberSort, (row: MemberRow) => number | null> = {
  customerId: () => 0,
  value: (row) => row.value,
  '-value': (row) => -row.value,
  available: (row) => row.available,
  '-available': (row) => -row.available,
  lastPurchaseAt: (row) => row.lastPurchaseAt,
  '-lastPurchaseAt': (row) => (row.lastPurchaseAt === null ? null : -row.lastPurchaseAt),
};
const SORTS = Object.keys(KEYS) as MemberSort[];

/** What the list must be, worked out from all rows. */
function expectedList(rows: MemberRow[], { tier, stage, sort = 'customerId' }: MemberQuery): MemberRow[] {
  const key = KEYS[sort];
  return rows
    .filter((row) => (tier === undefined || row.tier === tier) && (stage === undefined || row.stage === stage))
    .sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      if (x !== y) return x === null ? 1 : y === null ? -1 : x - y;
      return byCodePoint(a.customerId, b.customerId);
    });
}

async function pages(store: ReadStore, query: MemberQuery): Promise<MemberRow[][]> {
  const all: MemberRow[][] = [];
  for (let cursor: string | undefined; ;) {
    const { items, nextCursor } = await store.listMembers({ ...query, cursor });
    all.push(items);
    if (nextCursor === null) return all;
    cursor = nextCursor;
  }
}

/** Few different values, so that ties and nulls are everywhere. */
const rows = fc.uniqueArray(
  fc.record({
    customerId: fc.string({
      unit: fc.constantFrom('a', 'B', '\u00e9', '\ufb01', '\u{1f331}', '9'),
      minLength: 1,
      maxLength: 4,
    }),
    tier: fc.constantFrom(null, 'base', 'gold'),
    stage: fc.constantFrom('new', 'active'),
    value: fc.constantFrom(-5, 0, 7, Number.MAX_SAFE_INTEGER),
    available: fc.constantFrom(0, 0, 3),
    lastPurchaseAt: fc.constantFrom(null, -1, 0, NOON),
  }),
  { selector: (row) => row.customerId, maxLength: 60 },
);
const queries = fc.record(
  {
    tier: fc.constantFrom('base', 'gold', 'unknown'),
    stage: fc.constantFrom('new', 'active'),
    sort: fc.constantFrom(...SORTS),
    limit: fc.integer({ min: 1, max: 12 }),
  },
  { requiredKeys: [] },
);

/** Lists with filters and orders, page by page. */
export function listConformance(subject: Subject): void {
  describe('a list of members', () => {
    const live = () => subject().stores.current();

    it('is what filtering and sorting all members gives, whatever the pages', async () => {
      const store = await live();
      await fc.assert(
        fc.asyncProperty(rows, fc.array(queries, { minLength: 1, maxLength: 6 }), async (some, asked) => {
          const members = some.map(({ customerId, ...columns }) => member(customerId, columns));
          await commit(store, { removedMembers: ids(await store.scanMembers(null, 1_000)) });
          await commit(store, { members });
          for (const query of asked) {
            const read = await pages(store, query);
            expect(read.flat()).toEqual(expectedList(members, query));
            for (const full of read.slice(0, -1)) expect(full).toHaveLength(query.limit ?? 50);
          }
        }),
        { numRuns: 60 },
      );
    });

    it('has no next page when the last row just fits', async () => {
      const store = await live();
      await commit(store, { members: [member('c-1'), member('c-2', { lastPurchaseAt: 1 })] });
      for (const sort of SORTS) {
        expect((await store.listMembers({ sort, limit: 2 })).nextCursor).toBeNull();
        expect((await store.listMembers({ sort, limit: 1 })).nextCursor).not.toBeNull();
      }
    });

    it('goes on after its cursor, whatever became of the row that it names', async () => {
      const store = await live();
      const some = ['a', 'b', 'c', 'd'].map((id, i) => member(id, { value: 10 - i }));
      await commit(store, { members: some });
      const { items, nextCursor } = await store.listMembers({ sort: '-value', limit: 2 });
      expect(ids(items)).toEqual(['a', 'b']);
      await commit(store, { removedMembers: ['b'], members: [member('0', { value: 99 }), member('bb', { value: 9 })] });
      const rest = await store.listMembers({ sort: '-value', cursor: nextCursor! });
      expect(ids(rest.items)).toEqual(['bb', 'c', 'd']);
    });

    it('has 50 members on a page when nothing is said, and 1 to 1,000 otherwise', async () => {
      const store = await live();
      await commit(store, { members: Array.from({ length: 60 }, (_, i) => member(`c-${i}`)) });
      expect((await store.listMembers({})).items).toHaveLength(50);
      expect((await store.listMembers({ limit: 1_000 })).items).toHaveLength(60);
      for (const limit of [0, -1, 1.5, 1_001, NaN]) {
        await expect(store.listMembers({ limit })).rejects.toThrow(RangeError);
      }
    });

    it('refuses cursors that are none, or of another order', async () => {
      const store = await live();
      await commit(store, { members: [member('c-1'), member('c-2')] });
      const { nextCursor } = await store.listMembers({ sort: 'value', limit: 1 });
      const forged = [
        null,
        1,
        {},
        ['value'],
        ['value', '1', 'c'],
        ['value', null, 'c'],
        ['value', 0.5, 'c'],
        ['value', 1, 2],
      ];
      const encoded = forged.map((cursor) => Buffer.from(JSON.stringify(cursor)).toString('base64url'));
      for (const cursor of ['', 'x', '%', '🌱', 'c-1', ...encoded]) {
        await expect(store.listMembers({ sort: 'value', cursor })).rejects.toThrow(InvalidCursorError);
      }
      await expect(store.listMembers({ sort: '-value', cursor: nextCursor! })).rejects.toThrow(InvalidCursorError);
      await expect(store.listMembers({ cursor: nextCursor! })).rejects.toThrow(InvalidCursorError);
    });
  });
}
