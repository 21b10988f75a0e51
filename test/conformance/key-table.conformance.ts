import { randomBytes } from 'node:crypto';
import type { KeyTable } from '../../libs/privacy/src/key-table.js';

/** A table of keys under test: each `open` gives a connection of its own, as another process has it. */
export interface KeyTableUnderTest {
  open(): Promise<KeyTable>;
  dispose(): Promise<void>;
}

export const WRAPPED_BYTES = 60;
export const PLACE = { position: 5, recordId: 'm-5' };

/** The behaviour that every table of keys has, written once against the port. */
export function keyTableConformance(name: string, create: () => Promise<KeyTableUnderTest>): void {
  describe(`table of keys conformance: ${name}`, () => {
    let subject: KeyTableUnderTest;
    let table: KeyTable;
    let other: KeyTable;

    beforeEach(async () => {
      subject = await create();
      [table, other] = await Promise.all([subject.open(), subject.open()]);
    });
    afterEach(async () => {
      await table.close();
      await other.close();
      await subject.dispose();
    });

    const key = () => randomBytes(WRAPPED_BYTES);
    const add = (to: KeyTable, ...ids: string[]) => to.add(new Map(ids.map((id) => [id, key()])), 'master');
    const destroy = (...destroyed: string[]) =>
      table.settle({ erased: destroyed.slice(0, 1), destroyed, place: PLACE });

    it('keeps a key, and does not let another take its place', async () => {
      const [first, second] = [key(), key()];
      expect(await table.add(new Map([['c-1', first]]), 'master')).toEqual(new Set(['c-1']));
      expect(await other.add(new Map([['c-1', second]]), 'master')).toEqual(new Set());
      expect(await other.find(['c-1', 'c-2'])).toEqual([['c-1', first]]);
      expect(await other.find([])).toEqual([]);
    });

    it('keeps one key of each customer for whom many make one at once', async () => {
      const ids = Array.from({ length: 50 }, (_, i) => `c-${i}`);
      // In other orders, so that they meet in the middle.
      const added = await Promise.all([add(table, ...ids), add(other, ...ids.toReversed())]);
      expect(added.flatMap((some) => [...some!]).sort()).toEqual(ids.toSorted());
      expect(new Map(await table.find(ids))).toEqual(new Map(await other.find(ids)));
    });

    it('takes keys wrapped with one master key', async () => {
      expect(await table.masterFingerprint()).toBeNull();
      const claimed = await Promise.all([table.add(new Map(), 'one'), other.add(new Map(), 'other')]);
      expect(claimed.filter((added) => added === null)).toHaveLength(1);
      const counts = claimed[0] === null ? 'other' : 'one';
      expect(await table.masterFingerprint()).toBe(counts);
      expect(await table.add(new Map([['c-1', key()]]), 'third')).toBeNull();
      expect(await table.find(['c-1'])).toEqual([]);
      expect(await table.add(new Map([['c-1', key()]]), counts)).toEqual(new Set(['c-1']));
    });

    it('gives no key to somebody whose key was destroyed', async () => {
      await add(table, 'c-1', 'c-3');
      await destroy('c-1', 'c-2', 'c-2');
      expect((await other.find(['c-1', 'c-2', 'c-3'])).map(([id]) => id)).toEqual(['c-3']);
      expect(await add(other, 'c-1', 'c-2', 'c-3')).toEqual(new Set());
      expect((await other.destroyedIds()).sort()).toEqual(['c-1', 'c-2']);
    });

    it('knows who was erased up to where', async () => {
      expect(await table.erasures()).toEqual({ erased: [], place: { position: 0, recordId: '' } });
      await destroy('c-1', 'c-2');
      const place = { position: 9, recordId: 'm-9' };
      await other.settle({ erased: ['c-3', 'c-1'], destroyed: [], place });
      const known = await table.erasures();
      expect({ ...known, erased: known.erased.sort() }).toEqual({ erased: ['c-1', 'c-3'], place });
    });

    it('settles what several find at once', async () => {
      const ids = Array.from({ length: 50 }, (_, i) => `c-${i}`);
      await Promise.all(
        [table, other, table, other].map((one, i) =>
          one.settle({ erased: [`c-${i}`], destroyed: i % 2 === 0 ? ids : ids.toReversed(), place: PLACE }),
        ),
      );
      expect(await table.destroyedIds()).toHaveLength(ids.length);
      expect((await other.erasures()).erased.sort()).toEqual(['c-0', 'c-1', 'c-2', 'c-3']);
    });

    it('tells once when another connection destroyed keys', async () => {
      await add(table, 'c-1');
      await other.changedElsewhere();
      await table.changedElsewhere();
      await destroy('c-1');
      expect(await other.changedElsewhere()).toBe(true);
      expect(await other.changedElsewhere()).toBe(false);
      expect(await table.changedElsewhere()).toBe(false);
      expect([table.isCurrent(), other.isCurrent()]).toEqual([true, true]);
    });
  });
}
