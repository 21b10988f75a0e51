import { partitionOf, type ReadStore, type ReadStores, StaleCheckpointError } from '@perennial/read-store';
import { change } from './changes.js';
import type { Subject } from './subject.js';
import { BEGIN, NOON, batch, byCodePoint, link, member } from './rows.js';

const PARTITIONS = 3;
const at = (position: number, settled = position) => ({ position, clock: 0, settled });

/** Several projectors, each with members and a checkpoint of its own, in one store. */
export function partitionsConformance(subject: Subject): void {
  describe('partitions', () => {
    let stores: ReadStores;
    let store: ReadStore;

    beforeEach(async () => {
      stores = subject().connect({ partitions: PARTITIONS });
      store = await stores.current();
      // Nothing was there before, or what was there had one partition.
      if (store.needsRebuild) await stores.publish(await stores.createNext());
      store = await stores.current();
    });
    afterEach(() => stores.close());

    const idIn = (partition: number, n = 0) => {
      for (let i = 0, seen = 0; ; i++) {
        const id = `c-${i}`;
        if (partitionOf(id, PARTITIONS) === partition && seen++ === n) return id;
      }
    };

    it('are as many as were asked for, each at the beginning', async () => {
      expect(store.partitions).toBe(PARTITIONS);
      expect(store.needsRebuild).toBe(false);
      expect(await store.checkpoints()).toEqual([BEGIN, BEGIN, BEGIN]);
    });

    it('move by themselves; the store is where the last of them is', async () => {
      await store.commit({ ...batch(BEGIN, { checkpoint: at(7, 5) }), partitions: [2, 0] });
      expect(await store.checkpoints()).toEqual([at(7, 5), BEGIN, at(7, 5)]);
      expect(await store.checkpoint()).toEqual(BEGIN);
      await store.commit({ ...batch(BEGIN, { checkpoint: at(6) }), partitions: [1] });
      expect(await store.checkpoint()).toEqual(at(6, 5));
    });

    it('refuse a batch when one of them is elsewhere, and write nothing of it', async () => {
      await store.commit({ ...batch(BEGIN), partitions: [1] });
      const stale = { ...batch(BEGIN, { members: [member(idIn(0))] }), partitions: [0, 1] };
      await expect(store.commit(stale)).rejects.toThrow(StaleCheckpointError);
      expect(await store.countMembers()).toBe(0);
      expect(await store.checkpoints()).toEqual([BEGIN, at(1), BEGIN]);
    });

    it('of different members are written side by side', async () => {
      const others = subject().connect({ partitions: PARTITIONS });
      const other = await others.current();
      const write = (of: ReadStore, partition: number) => async () => {
        let expected = BEGIN;
        for (let i = 0; i < 20; i++) {
          const step = batch(expected, { members: [member(idIn(partition, i))] });
          await of.commit({ ...step, partitions: [partition] });
          expected = step.checkpoint;
        }
      };
      await Promise.all([write(store, 0)(), write(other, 1)(), write(other, 2)()]);
      expect(await store.countMembers()).toBe(60);
      expect(await store.checkpoint()).toEqual(at(20));
      await others.close();
    });

    it('have timers of their own', async () => {
      const members = [0, 1, 2].map((partition) => member(idIn(partition), { nextDue: NOON + partition }));
      await store.commit(batch(BEGIN, { members }));
      expect(await store.dueMembers(NOON + 9, 9)).toEqual(members.map(({ customerId }) => customerId));
      expect(await store.dueMembers(NOON + 9, 9, [2, 1])).toEqual([idIn(1), idIn(2)]);
      expect(await store.dueMembers(NOON + 9, 9, [0])).toEqual([idIn(0)]);
      await store.commit({ ...batch(at(1), { dueAtLatest: NOON - 1 }), partitions: [2] });
      expect(await store.dueMembers(NOON - 1, 9)).toEqual([idIn(2)]);
      expect(await store.nextDue()).toBe(NOON - 1);
    });

    it('show of the feed and of the links what all of them have come to', async () => {
      const links = [link('f-1', { position: 1 }), link('f-2', { position: 2 })];
      const changes = [change(1, idIn(0), 0), change(2, idIn(0), 0)];
      await store.commit({ ...batch(BEGIN, { checkpoint: at(2), links, changes }), partitions: [0] });
      expect(await store.changes({ after: null, limit: 9 })).toEqual([]);
      expect(await store.links()).toEqual([]);
      expect(await store.links(2)).toEqual(links);
      const rest = [change(1, idIn(1), 0)];
      await store.commit({
        ...batch(BEGIN, { checkpoint: at(1), links: [links[0]], changes: rest }),
        partitions: [1, 2],
      });
      const seen = await store.changes({ after: null, limit: 9 });
      expect(seen).toEqual([changes[0], rest[0]].sort((a, b) => byCodePoint(a.customerId, b.customerId)));
      expect(await store.links()).toEqual([links[0]]);
      expect(await store.linksMark()).toBe(1);
    });

    it('of another number need a rebuild, which takes their place', async () => {
      await store.commit(batch(BEGIN, { members: [member('c-1')] }));
      const others = subject().connect({ partitions: PARTITIONS + 1 });
      const old = await others.current();
      expect(old.needsRebuild).toBe(true);
      expect(await old.countMembers()).toBe(1);
      await expect(old.commit(batch(await old.checkpoint()))).rejects.toThrow('rebuild');
      await others.publish(await others.createNext());
      expect((await others.current()).partitions).toBe(PARTITIONS + 1);
      await subject().swapSeen();
      expect((await stores.current()).needsRebuild).toBe(true);
      await others.close();
    });
  });

  describe('the partition of a customer', () => {
    it('is the same for ever', () => {
      expect(['c-1', 'Zürich', '東京', '🌱', ''].map((id) => partitionOf(id, 8))).toMatchInlineSnapshot(`
       [
         4,
         0,
         7,
         7,
         5,
       ]
      `);
    });

    it('is 0 when there is one, and spreads evenly when there are more', () => {
      const counts = Array<number>(8).fill(0);
      for (let i = 0; i < 8_000; i++) counts[partitionOf(`c-${i}`, 8)]++;
      expect(Math.min(...counts)).toBeGreaterThan(800);
      expect(partitionOf('c-1', 1)).toBe(0);
    });
  });
}
