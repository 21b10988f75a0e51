import type { Subject } from './subject.js';
import { NOON, commit, member } from './rows.js';

/** Which members something is due for as time passes. */
export function dueConformance(subject: Subject): void {
  describe('timers', () => {
    const live = () => subject().stores.current();
    const timers = [
      member('c-late', { nextDue: NOON + 9 }),
      member('c-b', { nextDue: NOON }),
      member('c-none'),
      member('c-a', { nextDue: NOON }),
      member('c-old', { nextDue: -1 }),
    ];

    it('are found soonest first, those at the very instant too', async () => {
      const store = await live();
      await commit(store, { members: timers });
      expect(await store.dueMembers(NOON, 10)).toEqual(['c-old', 'c-a', 'c-b']);
      expect(await store.dueMembers(NOON - 1, 10)).toEqual(['c-old']);
      expect(await store.dueMembers(NOON + 9, 2)).toEqual(['c-old', 'c-a']);
      expect(await store.dueMembers(-2, 10)).toEqual([]);
      expect(await store.nextDue()).toBe(-1);
    });

    it('move with their member, and go with it', async () => {
      const store = await live();
      await commit(store, { members: timers });
      await commit(store, {
        members: [member('c-old', { nextDue: NOON + 20 }), member('c-a')],
        removedMembers: ['c-b'],
      });
      expect(await store.dueMembers(NOON + 20, 10)).toEqual(['c-late', 'c-old']);
      expect(await store.nextDue()).toBe(NOON + 9);
    });

    it('are there in a generation that is being filled', async () => {
      const next = await subject().stores.createNext();
      await commit(next, { members: timers });
      expect(await next.dueMembers(NOON, 10)).toEqual(['c-old', 'c-a', 'c-b']);
      expect(await next.nextDue()).toBe(-1);
    });

    it('are none when no member has one', async () => {
      const store = await live();
      await commit(store, { members: [member('c-none')] });
      expect(await store.nextDue()).toBeNull();
      expect(await store.dueMembers(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
    });

    it('come at the latest when a program takes effect, for every member who does not know of it', async () => {
      const store = await live();
      await commit(store, { members: timers });
      await commit(store, { members: [member('c-new'), member('c-z', { nextDue: NOON + 5 })], dueAtLatest: NOON + 1 });
      expect(await store.dueMembers(NOON + 9, 10)).toEqual(['c-old', 'c-a', 'c-b', 'c-late', 'c-none', 'c-z']);
      expect((await store.member('c-none'))?.nextDue).toBe(NOON + 1);
      expect((await store.member('c-a'))?.nextDue).toBe(NOON);
      expect((await store.member('c-z'))?.nextDue).toBe(NOON + 5);
      expect((await store.member('c-new'))?.nextDue).toBeNull();
    });
  });
}
