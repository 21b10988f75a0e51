import { StaleCheckpointError } from '@perennial/read-store';
import type { Subject } from './subject.js';
import { BEGIN, batch, commit, ids, member } from './rows.js';

/** Filling a new generation beside the live one, and swapping it in. */
export function generationConformance(subject: Subject): void {
  describe('a new generation', () => {
    const stores = () => subject().stores;

    it('is filled beside the live one, which goes on', async () => {
      const live = await stores().current();
      await commit(live, { members: [member('old')] });
      const next = await stores().createNext();
      expect(next.generation).toBeGreaterThan(live.generation);
      expect(await next.checkpoint()).toEqual(BEGIN);
      await commit(next, { members: [member('new')] });
      await commit(live, { members: [member('older')] });
      expect(ids(await (await stores().current()).scanMembers(null, 9))).toEqual(['old', 'older']);
      expect(ids(await next.scanMembers(null, 9))).toEqual(['new']);
    });

    it('is what everyone reads once it is published, and can be written on', async () => {
      await commit(await stores().current(), { members: [member('old')] });
      const next = await stores().createNext();
      await commit(next, { members: [member('b', { value: 1 }), member('a', { value: 1 })] });
      await stores().publish(next);
      const live = await stores().current();
      expect(live.generation).toBe(next.generation);
      await commit(live, { members: [member('c', { value: 2 })] });
      expect(ids((await live.listMembers({ sort: '-value' })).items)).toEqual(['c', 'a', 'b']);
      expect(await next.countMembers()).toBe(3);
    });

    it('makes a projector that is still on the old one begin again', async () => {
      const old = await stores().current();
      await commit(old, { members: [member('old')] });
      const next = await stores().createNext();
      await stores().publish(next);
      await expect(old.commit(batch(await old.checkpoint()))).rejects.toThrow(StaleCheckpointError);
      expect(ids(await old.scanMembers(null, 9))).toEqual(['old']);
      expect(await (await stores().current()).countMembers()).toBe(0);
    });

    it('is followed by other connections, readers and writers', async () => {
      const writers = subject().connect();
      await stores().current();
      const readers = subject().connect({ readonly: true });
      const [old, read] = [await writers.current(), await readers.current()];
      expect([old.generation, read.generation]).toEqual([1, 1]);
      for (const name of ['second', 'third']) {
        const next = await stores().createNext();
        await commit(next, { members: [member(name)] });
        await stores().publish(next);
        await subject().swapSeen();
        for (const place of [writers, readers]) {
          const live = await place.current();
          expect(live.generation).toBe(next.generation);
          expect(ids(await live.scanMembers(null, 9))).toEqual([name]);
        }
      }
      await expect(old.commit(batch(BEGIN))).rejects.toThrow();
      await commit(await writers.current(), { members: [member('theirs')] });
      expect(ids(await (await readers.current()).scanMembers(null, 9))).toEqual(['theirs', 'third']);
      await Promise.all([writers.close(), readers.close()]);
    });

    it('is found by who missed several of them', async () => {
      await stores().current();
      const sleeper = subject().connect();
      await sleeper.current();
      let last = 0;
      for (let i = 0; i < 4; i++) {
        const next = await stores().createNext();
        await stores().publish(next);
        last = next.generation;
      }
      await subject().swapSeen();
      expect((await sleeper.current()).generation).toBe(last);
      await sleeper.close();
    });

    it('may be the first one', async () => {
      const next = await stores().createNext();
      await commit(next, { members: [member('a')] });
      await stores().publish(next);
      expect(await (await stores().current()).countMembers()).toBe(1);
    });

    it('leaves no trace when it is discarded', async () => {
      const live = await stores().current();
      await commit(live, { members: [member('old')] });
      const next = await stores().createNext();
      await commit(next, { members: [member('new')] });
      await stores().discard(next);
      await expect(stores().publish(next)).rejects.toThrow('not being filled');
      await commit(await stores().current(), { members: [member('more')] });
      expect(await live.countMembers()).toBe(2);
    });

    it('is not swept away by others while it is filled', async () => {
      await stores().current();
      const next = await stores().createNext();
      await commit(next, { members: [member('new')] });
      const others = subject().connect();
      await others.current();
      await others.discard(await others.createNext());
      await stores().publish(next);
      await subject().swapSeen();
      expect(ids(await (await others.current()).scanMembers(null, 9))).toEqual(['new']);
      await others.close();
    });

    it('is refused when a newer one was published meanwhile', async () => {
      await stores().current();
      const slow = await stores().createNext();
      const others = subject().connect();
      const quick = await others.createNext();
      await commit(quick, { members: [member('quick')] });
      await others.publish(quick);
      await subject().swapSeen();
      await commit(slow, { members: [member('slow')] });
      await expect(stores().publish(slow)).rejects.toThrow(StaleCheckpointError);
      await stores().discard(slow);
      expect(ids(await (await stores().current()).scanMembers(null, 9))).toEqual(['quick']);
      await others.close();
    });

    it('outlives its connections', async () => {
      await commit(await stores().current(), { members: [member('a')] });
      const others = subject().connect();
      const next = await others.createNext();
      await commit(next, { members: [member('b')] });
      await others.publish(next);
      await others.createNext();
      await others.close();
      await stores().close();
      const again = subject().connect();
      expect(ids(await (await again.current()).scanMembers(null, 9))).toEqual(['b']);
      await again.close();
    });
  });

  describe('a store of another version of the projection', () => {
    it('can be read, and asks for a rebuild before it is written', async () => {
      await commit(await subject().stores.current(), { members: [member('a')] });
      const later = subject().connect({ projectionVersion: 99 });
      const store = await later.current();
      expect(store.needsRebuild).toBe(true);
      expect(await store.countMembers()).toBe(1);
      await expect(commit(store, { members: [member('b')] })).rejects.toThrow('rebuild');
      const next = await later.createNext();
      expect(next.needsRebuild).toBe(false);
      await commit(next, { members: [member('b')] });
      await later.publish(next);
      expect((await later.current()).needsRebuild).toBe(false);
      await subject().swapSeen();
      expect((await subject().stores.current()).needsRebuild).toBe(true);
      await later.close();
    });
  });

  describe('stores opened for reading', () => {
    it('say so when there is nothing to read', async () => {
      const readers = subject().connect({ readonly: true });
      await expect(readers.current()).rejects.toThrow('no read store yet');
      await readers.close();
    });

    it('refuse to write', async () => {
      await subject().stores.current();
      const readers = subject().connect({ readonly: true });
      await expect(commit(await readers.current(), {})).rejects.toThrow('reading only');
      await expect(readers.createNext()).rejects.toThrow('reading only');
      await readers.close();
    });
  });

  describe('stores that are closed', () => {
    it('answer nothing any more, and may be closed twice', async () => {
      const { stores } = subject();
      const live = await stores.current();
      await stores.close();
      await expect(stores.current()).rejects.toThrow('closed');
      await expect(live.member('a')).rejects.toThrow();
      await stores.close();
    });
  });
}
