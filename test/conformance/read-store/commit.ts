import { StaleCheckpointError } from '@perennial/read-store';
import { change } from './changes.js';
import type { Subject } from './subject.js';
import { BEGIN, NOON, batch, byCodePoint, commit, commitAt, ids, link, member, parked } from './rows.js';

/** What a batch writes, all or nothing, together with its checkpoint. */
export function commitConformance(subject: Subject): void {
  describe('a batch', () => {
    const live = () => subject().stores.current();

    it('finds an empty store at the beginning', async () => {
      const store = await live();
      expect(await store.checkpoint()).toEqual(BEGIN);
      expect(await store.countMembers()).toBe(0);
      expect(await store.member('c-1')).toBeNull();
      expect(store.needsRebuild).toBe(false);
    });

    it('gives members back as they were written, beside its checkpoint', async () => {
      const store = await live();
      const full = member('c-1', {
        position: Number.MAX_SAFE_INTEGER,
        nextDue: NOON,
        enrolled: false,
        tier: null,
        available: 1,
        pending: 2,
        reserved: 3,
        debt: 4,
        purchases: 5,
        value: Number.MAX_SAFE_INTEGER,
        lastPurchaseAt: -NOON,
      });
      const checkpoint = { position: 7, clock: NOON, settled: 5 };
      await store.commit(batch(BEGIN, { checkpoint, members: [full, member('c-2')] }));
      expect(await store.member('c-1')).toEqual(full);
      expect(await store.members(['c-2', 'nobody', 'c-1'])).toEqual(
        new Map([
          ['c-1', full],
          ['c-2', member('c-2')],
        ]),
      );
      expect(await store.checkpoint()).toEqual(checkpoint);
    });

    it('writes over what was there, whichever columns moved', async () => {
      const store = await live();
      await commit(store, { members: [member('c-1'), member('c-2')] });
      const onlyState = member('c-1', { state: '{}', position: 2 });
      const onlyColumns = member('c-2', { tier: 'gold', nextDue: NOON });
      await commit(store, { members: [onlyState, onlyColumns] });
      const cleared = member('c-2');
      expect(await store.scanMembers(null, 9)).toEqual([onlyState, onlyColumns]);
      await commit(store, { members: [cleared] });
      expect(await store.member('c-2')).toEqual(cleared);
    });

    it('holds the last of several rows of one member', async () => {
      const store = await live();
      const [first, last] = [member('c-1', { value: 1 }), member('c-1', { value: 2, position: 2 })];
      await commit(store, { members: [first, member('c-2'), last], parked: [parked('c-1'), parked('c-1')] });
      expect(await store.scanMembers(null, 9)).toEqual([last, member('c-2')]);
      expect(await store.parked()).toEqual([parked('c-1')]);
    });

    it('removes members that turned out to be aliases', async () => {
      const store = await live();
      await commit(store, { members: [member('c-1', { nextDue: NOON }), member('c-2')] });
      await commit(store, { removedMembers: ['c-1', 'nobody'], members: [member('c-3')] });
      expect(ids(await store.scanMembers(null, 9))).toEqual(['c-2', 'c-3']);
      expect(await store.countMembers()).toBe(2);
      expect(await store.nextDue()).toBeNull();
    });

    it('is refused when another projector has moved the checkpoint, and writes nothing', async () => {
      const store = await live();
      const begin = await store.checkpoint();
      await store.commit(batch(begin, { members: [member('c-1', { value: 1 })] }));
      const stale = batch(begin, {
        members: [member('c-1', { value: 2 }), member('c-2')],
        changes: [change(1, 'c-2', 0)],
        links: [link('f-1')],
        parked: [parked('c-3')],
        dueAtLatest: NOON,
      });
      await expect(store.commit(stale)).rejects.toThrow(StaleCheckpointError);
      expect(await store.scanMembers(null, 9)).toEqual([member('c-1', { value: 1 })]);
      const rest = [await store.links(), await store.parked(), await store.changes({ after: null, limit: 9 })];
      expect(rest).toEqual([[], [], []]);
      expect(await store.nextDue()).toBeNull();
      expect(await store.checkpoint()).toEqual({ position: 1, clock: 0, settled: 1 });
    });

    it('is refused when only the clock has moved on', async () => {
      const store = await live();
      const begin = await store.checkpoint();
      await store.commit(batch(begin, { checkpoint: { position: 0, clock: NOON, settled: 0 } }));
      await expect(store.commit(batch(begin))).rejects.toThrow(StaleCheckpointError);
    });

    it('is refused when only more has been settled', async () => {
      const store = await live();
      await store.commit(batch(BEGIN, { checkpoint: { ...BEGIN, position: 1 } }));
      const begin = await store.checkpoint();
      await store.commit(batch(begin, { checkpoint: { ...begin, settled: 1 } }));
      await expect(store.commit(batch(begin))).rejects.toThrow(StaleCheckpointError);
    });

    it('lets one of two projectors that start from the same checkpoint through', async () => {
      const store = await live();
      const others = subject().connect();
      const other = await others.current();
      const begin = await store.checkpoint();
      const outcomes = await Promise.allSettled([
        store.commit(batch(begin, { members: [member('mine')] })),
        other.commit(batch(begin, { members: [member('theirs')] })),
      ]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(await store.countMembers()).toBe(1);
      expect(await store.scanMembers(null, 9)).toEqual(await other.scanMembers(null, 9));
      await others.close();
    });

    it('leaves nothing behind when one of its rows cannot be stored', async () => {
      const store = await live();
      await commit(store, { members: [member('c-1')] });
      const before = await store.checkpoint();
      const broken = { ...member('c-3'), stage: null as unknown as string };
      await expect(
        commit(store, { members: [member('c-1', { value: 9 }), member('c-2'), broken], links: [link('f-1')] }),
      ).rejects.toThrow();
      expect(await store.scanMembers(null, 9)).toEqual([member('c-1')]);
      expect(await store.links()).toEqual([]);
      expect(await store.checkpoint()).toEqual(before);
      await commit(store, { members: [member('c-2')] });
      expect(await store.countMembers()).toBe(2);
    });

    it('keeps links in fact order, also from before 1970, each once', async () => {
      const store = await live();
      const [old, first, second] = [
        link('z', { occurredAt: -86_400_000, position: 9 }),
        link('\u{fb01}', { occurredAt: NOON, position: 8 }),
        link('\u{1f331}', { occurredAt: NOON, position: 7 }),
      ];
      await commitAt(store, 8, { links: [second, first] });
      const mark = await store.linksMark();
      await commitAt(store, 9, { links: [old, { ...first, customerId: 'other' }] });
      expect(await store.links()).toEqual([old, first, second]);
      expect(await store.linksMark()).toBeGreaterThan(mark);
    });

    it('moves the mark of the links when there is a new one, and only then forward', async () => {
      const store = await live();
      const marks = [await store.linksMark()];
      for (const [i, factId] of ['b', 'a', 'c'].entries()) {
        await commit(store, { links: [link(factId, { position: i + 1 })] });
        marks.push(await store.linksMark());
      }
      await commit(store, { members: [member('c-1')] });
      expect(await store.linksMark()).toBe(marks.at(-1));
      expect(marks).toEqual([...new Set(marks)].toSorted((a, b) => a - b));
    });

    it('gives links up to a position of the log', async () => {
      const store = await live();
      const links = [5, 6, 7].map((position) => link(`f-${position}`, { position }));
      await commitAt(store, 7, { links });
      expect(await store.links(6)).toEqual(links.slice(0, 2));
      expect(await store.links()).toEqual(links);
    });

    it('parks members and takes them back', async () => {
      const store = await live();
      await commit(store, { parked: [parked('c-2', { position: 8 }), parked('c-3'), parked('c-1')] });
      await commit(store, { parked: [parked('c-1', { position: 9, error: 'again' })], unparked: ['c-3', 'nobody'] });
      expect(await store.parked()).toEqual([
        parked('c-2', { position: 8 }),
        parked('c-1', { position: 9, error: 'again' }),
      ]);
    });

    it('holds ids of any script, in order of code points', async () => {
      const store = await live();
      const unusual = ['\u00e9', 'e\u0301', '\ufb01', '\u{1f331}', '\uff76', 'ß', '東京'];
      const names = [...unusual, 'z', 'Z', '%', "o'brien", '"', 'c-10', 'c-9'];
      await commit(store, { members: names.map((name) => member(name)) });
      expect(ids(await store.scanMembers(null, 100))).toEqual(names.toSorted(byCodePoint));
      for (const name of names) expect(await store.member(name)).toEqual(member(name));
    });

    it('holds what people write and what errors say, whatever the characters', async () => {
      const store = await live();
      const odd = 'nothing: \0, no character: \uffff, both: \uffff0\0';
      const rows = [parked('c-1', { error: odd }), parked('c-2', { error: '\0' })];
      await commit(store, { parked: rows });
      expect(await store.parked()).toEqual(rows);
      expect(await store.member('c-1\0')).toBeNull();
      expect(await store.task('o-1\0/day-30')).toBeNull();
      expect(await store.members(['\0', 'c\uffff'])).toEqual(new Map());
    });

    it('is scanned in pieces without gap or repetition', async () => {
      const store = await live();
      await commit(store, { members: Array.from({ length: 10 }, (_, i) => member(`c-${i}`)) });
      expect(ids(await store.scanMembers(null, 4))).toEqual(['c-0', 'c-1', 'c-2', 'c-3']);
      expect(ids(await store.scanMembers('c-3', 4))).toEqual(['c-4', 'c-5', 'c-6', 'c-7']);
      expect(ids(await store.scanMembers('c-7', 4))).toEqual(['c-8', 'c-9']);
      expect(await store.scanMembers('c-9', 4)).toEqual([]);
      expect(ids(await store.scanMembers('c-55', 1))).toEqual(['c-6']);
    });
  });
}
