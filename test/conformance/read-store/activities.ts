import type { ActivityPage, ReadStore } from '@perennial/read-store';
import { activity, commit, member, NOON } from './rows.js';
import type { Subject } from './subject.js';

/** What metrics read: everybody's activity, and then what changed. */
export function activityConformance(subject: Subject): void {
  describe('activities', () => {
    const live = () => subject().stores.current();
    const write = (store: ReadStore, ...ids: string[]) =>
      commit(store, { members: ids.map((id) => member(id)), activities: ids.map((id) => activity(id)) });
    const ids = ({ rows }: ActivityPage) => rows.map((row) => row.customerId);

    it('come back as they were written', async () => {
      const store = await live();
      const rows = [
        activity('c-1', { now: NOON, due: NOON + 1, version: 2, snapshot: '["Zürich 東京 🌱"]' }),
        activity('c-2', { now: -1, due: null }),
      ];
      await commit(store, { members: [member('c-1'), member('c-2')], activities: rows });
      expect((await store.activities(0, 10)).rows).toEqual(rows);
      expect(await store.activity('c-1')).toEqual(rows[0]);
      expect(await store.activity('nobody')).toBeNull();
    });

    it('are read on from a mark, by pages', async () => {
      const store = await live();
      await write(store, 'c-3', 'c-1', 'c-2');
      const first = await store.activities(0, 2);
      expect(ids(first)).toEqual(['c-3', 'c-1']);
      const second = await store.activities(first.mark, 2);
      expect(ids(second)).toEqual(['c-2']);
      expect(await store.activities(second.mark, 2)).toEqual({ rows: [], mark: second.mark });
    });

    it('come again when they are written anew, the last one too, and once each', async () => {
      const store = await live();
      await write(store, 'c-1', 'c-2', 'c-3');
      const { mark } = await store.activities(0, 10);
      await commit(store, { activities: [activity('c-3', { snapshot: '[3]' })] });
      const again = await store.activities(mark, 10);
      expect(again.rows).toEqual([activity('c-3', { snapshot: '[3]' })]);
      await write(store, 'c-1');
      await write(store, 'c-1');
      expect(ids(await store.activities(again.mark, 10))).toEqual(['c-1']);
      expect(ids(await store.activities(0, 10))).toEqual(['c-2', 'c-3', 'c-1']);
    });

    it('leave word when their member goes, also to who reads from another connection', async () => {
      const store = await live();
      await write(store, 'c-1', 'c-2');
      const other = subject().connect();
      try {
        const reader = await other.current();
        const { mark } = await reader.activities(0, 10);
        await commit(store, { removedMembers: ['c-2'] });
        const { rows } = await reader.activities(mark, 10);
        expect(rows).toEqual([{ customerId: 'c-2', removed: true }]);
        expect(await reader.activity('c-2')).toBeNull();
      } finally {
        await other.close();
      }
      await write(store, 'c-2');
      expect(await store.activity('c-2')).toEqual(activity('c-2'));
    });

    it('are there in a generation that is being filled', async () => {
      const next = await subject().stores.createNext();
      await write(next, 'c-1');
      expect(ids(await next.activities(0, 10))).toEqual(['c-1']);
    });
  });
}
