import { ConflictError, type NewRecord } from '@perennial/event-log';
import type { Subject } from './subject.js';
import { ids, order, readEverything, SOME_TIME, visit } from './records.js';

/** Message ids and natural keys, unique in the whole log for ever (SPEC §1, ruling 1). */
export function uniquenessConformance(subject: Subject): void {
  describe('message ids', () => {
    it('finds a record by its id', async () => {
      const { log } = subject();
      const fact = visit('customer-a');
      await log.appendFacts([visit('customer-a'), fact, visit('customer-b')]);
      expect(await log.findById(fact.id)).toEqual((await log.readAll()).find(({ id }) => id === fact.id));
      expect(await log.findById('m-unknown')).toBeNull();
    });

    it('answers the same fact again as a duplicate with its position', async () => {
      const { log } = subject();
      const fact = order('customer-a', 'o-1');
      const [first] = await log.appendFacts([fact]);
      expect(await log.appendFacts([fact])).toEqual([{ ...first, status: 'duplicate' }]);
      expect(await readEverything(log)).toHaveLength(1);
    });

    it('compares content: key order, source, time of record and announcement do not matter', async () => {
      const { log } = subject();
      const fact = visit('customer-a', { data: { page: '/tea', lines: [{ sku: 's', quantity: 1 }] } });
      await log.appendFacts([fact]);
      const again = { lines: [{ quantity: 1, sku: 's' }], page: '/tea', channel: undefined };
      const outcomes = await log.appendFacts([
        { ...fact, data: again, source: 'import', recordedAt: SOME_TIME + 9_999, announce: false, schemaVersion: 2 },
      ]);
      expect(outcomes).toMatchObject([{ status: 'duplicate' }]);
      expect(await log.findById(fact.id)).toMatchObject({ source: 'shop', announce: true });
    });

    it.each<[string, Partial<NewRecord>]>([
      ['data', { data: { page: '/coffee', list: [1, 2] } }],
      ['one field more', { data: { page: '/tea', list: [1, 2], channel: 'web' } }],
      ['a list in another order', { data: { page: '/tea', list: [2, 1] } }],
      ['type', { type: 'CartUpdated' }],
      ['occurredAt', { occurredAt: SOME_TIME + 1 }],
      ['customer', { stream: 'customer-b', customerId: 'b' }],
    ])('answers other content under the same id as a conflict: %s', async (_, change) => {
      const { log } = subject();
      const fact = visit('customer-a', { data: { page: '/tea', list: [1, 2] } });
      await log.appendFacts([fact]);
      const conflict = { status: 'conflict', on: 'id', key: fact.id, existingId: fact.id };
      expect(await log.appendFacts([{ ...fact, ...change }])).toEqual([conflict]);
      await expect(log.append(change.stream ?? fact.stream, [{ ...fact, ...change }], 'any')).rejects.toMatchObject({
        name: 'ConflictError',
        on: 'id',
        key: fact.id,
        existingId: fact.id,
      });
      expect(await readEverything(log)).toHaveLength(1);
      expect(await log.streamRevision('customer-b')).toBe(-1);
    });

    it('counts earlier facts of the same call', async () => {
      const { log } = subject();
      const fact = visit('customer-a');
      const other = { ...fact, data: { page: '/other' } };
      expect((await log.appendFacts([fact, fact, other])).map(({ status }) => status)).toEqual([
        'appended',
        'duplicate',
        'conflict',
      ]);
    });

    it('takes one of the same fact sent 50 times at once', async () => {
      const { log } = subject();
      const fact = order('customer-a', 'o-1');
      const answers = await Promise.all(Array.from({ length: 50 }, () => log.appendFacts([fact])));
      const statuses = answers.flat().map(({ status }) => status);
      expect(statuses.filter((status) => status === 'appended')).toHaveLength(1);
      expect(statuses.filter((status) => status === 'duplicate')).toHaveLength(49);
    });

    it('counts held records of an append as written and adds the rest', async () => {
      const { log } = subject();
      const [first, second] = [visit('customer-a'), visit('customer-a')];
      await log.append('customer-a', [first], -1);
      expect(await log.append('customer-a', [first, second, second], 0)).toMatchObject({ revision: 1 });
      expect(ids(await log.readStream('customer-a'))).toEqual([first.id, second.id]);
    });
  });

  describe('natural keys', () => {
    it('appends an equal repetition under another id and names what it repeats', async () => {
      const { log } = subject();
      const first = order('customer-a', 'o-1');
      const second = order('customer-a', 'o-1');
      const third = order('customer-a', 'o-1');
      await log.appendFacts([first]);
      expect(await log.appendFacts([second, third])).toMatchObject([
        { status: 'appended', repeats: first.id },
        { status: 'appended', repeats: first.id },
      ]);
      expect(await log.appendFacts([second])).toMatchObject([{ status: 'duplicate' }]);
      expect(ids(await log.readStream('customer-a'))).toEqual(ids([first, second, third]));
    });

    it('sets aside other content under a taken key, which takes up neither id nor key', async () => {
      const { log } = subject();
      const first = order('customer-a', 'o-1');
      const other = order('customer-new', 'o-1');
      await log.appendFacts([first]);
      const conflict = { status: 'conflict', on: 'key', key: 'order:o-1', existingId: first.id };
      expect(await log.appendFacts([other])).toEqual([conflict]);
      expect(await log.findById(other.id)).toBeNull();
      expect(await log.streamRevision('customer-new')).toBe(-1);
      const reused = order('customer-new', 'o-2', { id: other.id });
      expect(await log.appendFacts([reused])).toMatchObject([{ status: 'appended' }]);
      expect(await log.readStream('customer-new')).toMatchObject([{ id: reused.id, revision: 0 }]);
    });

    it('leaves order and revisions of its neighbours whole around a fact set aside', async () => {
      const { log } = subject();
      const first = order('customer-a', 'o-1');
      const aside = order('customer-a', 'o-1', { occurredAt: SOME_TIME + 1 });
      const next = order('customer-a', 'o-2');
      const statuses = (await log.appendFacts([first, aside, next])).map(({ status }) => status);
      expect(statuses).toEqual(['appended', 'conflict', 'appended']);
      expect(await log.readStream('customer-a')).toMatchObject([
        { id: first.id, revision: 0 },
        { id: next.id, revision: 1 },
      ]);
    });

    it('has no customer when the only customer fact was set aside', async () => {
      const { log } = subject();
      await log.appendFacts([visit('program', { key: 'k' }), visit('customer-a', { key: 'k' })]);
      expect(await log.hasCustomerFacts()).toBe(false);
    });

    it('refuses an append whole when one of its keys is taken', async () => {
      const { log } = subject();
      const first = order('customer-a', 'o-1');
      await log.appendFacts([first]);
      const [visited, taken] = [visit('customer-b', { key: 'visit:1' }), order('customer-b', 'o-1')];
      const refused = log.append('customer-b', [visited, taken], -1);
      await expect(refused).rejects.toThrow(ConflictError);
      await expect(refused).rejects.toMatchObject({ on: 'key', key: 'order:o-1', existingId: first.id });
      expect(await log.streamRevision('customer-b')).toBe(-1);
      expect(await log.findById(visited.id)).toBeNull();
      expect(await log.appendFacts([visit('customer-c', { key: 'visit:1' })])).toMatchObject([{ status: 'appended' }]);
    });

    it('refuses an append whose own records contradict each other', async () => {
      const { log } = subject();
      const records = [order('customer-a', 'o-1'), order('customer-a', 'o-1', { occurredAt: SOME_TIME + 1 })];
      await expect(log.append('customer-a', records, -1)).rejects.toMatchObject({
        on: 'key',
        existingId: records[0].id,
      });
      expect(await log.head()).toBe(0);
    });
  });
}
