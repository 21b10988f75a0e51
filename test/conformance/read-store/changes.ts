import type { ChangeRow } from '@perennial/read-store';
import { commit } from './rows.js';
import type { Subject } from './subject.js';

/** A change, by its place in the feed. */
export function change(position: number, customerId: string, ordinal: number, type = 'stage-changed'): ChangeRow {
  return { position, customerId, ordinal, type, at: position * 1_000, body: JSON.stringify({ ordinal }) };
}

/** The feed of changes. */
export function changesConformance(subject: Subject): void {
  describe('the feed of changes', () => {
    const places = (rows: ChangeRow[]) => rows.map((row) => `${row.position}/${row.customerId}/${row.ordinal}`);

    it('is in order of position, customer by code point, ordinal, in whatever order it was written', async () => {
      const store = await subject().stores.current();
      const changes = [
        change(2, 'b', 0),
        change(2, '\u{1F600}', 0),
        change(2, '｡', 0),
        change(1, 'z', 1),
        change(1, 'z', 0),
      ];
      await commit(store, { changes, checkpoint: { position: 2, clock: 0, settled: 2 } });
      const all = await store.changes({ after: null, limit: 10 });
      expect(places(all)).toEqual(['1/z/0', '1/z/1', '2/b/0', '2/｡/0', '2/\u{1F600}/0']);
      expect(all[0]).toEqual(change(1, 'z', 0));
    });

    it('is read on from a place, in pages, by type', async () => {
      const store = await subject().stores.current();
      const changes = [change(1, 'a', 0), change(1, 'a', 1, 'bad-review'), change(1, 'b', 0), change(3, 'a', 0)];
      await commit(store, { changes, checkpoint: { position: 3, clock: 0, settled: 3 } });
      const first = await store.changes({ after: null, limit: 2 });
      expect(places(await store.changes({ after: first[1], limit: 2 }))).toEqual(['1/b/0', '3/a/0']);
      expect(places(await store.changes({ after: null, types: ['bad-review'], limit: 9 }))).toEqual(['1/a/1']);
    });

    it('ends where it is complete', async () => {
      const store = await subject().stores.current();
      const changes = [change(1, 'a', 0), change(2, 'a', 0)];
      await commit(store, { changes, checkpoint: { position: 2, clock: 0, settled: 1 } });
      expect(places(await store.changes({ after: null, limit: 9 }))).toEqual(['1/a/0']);
      await commit(store, { checkpoint: { position: 2, clock: 0, settled: 2 } });
      expect(places(await store.changes({ after: null, limit: 9 }))).toEqual(['1/a/0', '2/a/0']);
    });

    it('keeps what was announced when a position is projected again', async () => {
      const store = await subject().stores.current();
      await commit(store, { changes: [change(1, 'a', 0)] });
      await commit(store, { changes: [change(1, 'a', 0, 'other'), change(1, 'b', 0)] });
      expect(await store.changes({ after: null, limit: 9 })).toEqual([change(1, 'a', 0), change(1, 'b', 0)]);
    });

    it('is read 1 to 1,000 changes at a time', async () => {
      const store = await subject().stores.current();
      for (const limit of [0, 1_001, 0.5]) {
        await expect(store.changes({ after: null, limit })).rejects.toThrow(RangeError);
      }
    });
  });
}
