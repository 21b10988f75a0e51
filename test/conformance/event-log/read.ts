import type { Subject } from './subject.js';
import { ids, readEverything, SOME_TIME, visit, visits } from './records.js';

/** Reading a stream and the whole log. */
export function readConformance(subject: Subject): void {
  describe('reading', () => {
    it('gives back every field as it was sent', async () => {
      const { log } = subject();
      const sent = visit('customer-c-1', { announce: false, schemaVersion: 3, source: 'pos 7' });
      await log.append('customer-c-1', [sent], -1);
      const [stored] = await log.readAll();
      expect(stored).toEqual({ ...sent, position: stored.position, revision: 0 });
    });

    it('finds the record at a position, and nothing where none is', async () => {
      const { log } = subject();
      await log.appendFacts(visits('customer-a', 3));
      for (const record of await log.readAll()) expect(await log.recordAt(record.position)).toEqual(record);
      const head = await log.head();
      expect(await log.recordAt(head + 1)).toBeNull();
      expect(await log.recordAt(0)).toBeNull();
    });

    it('announces what does not say otherwise, and has no customer on other streams', async () => {
      const { log } = subject();
      await log.appendFacts([visit('program')]);
      expect(await log.readStream('program')).toMatchObject([{ announce: true, customerId: null }]);
    });

    it('keeps what was sent when the sender changes its object afterwards', async () => {
      const { log } = subject();
      const data = { page: '/before' };
      const appended = log.appendFacts([visit('customer-a', { data })]);
      data.page = '/after';
      await appended;
      expect((await log.readAll())[0].data).toEqual({ page: '/before' });
    });

    it.each(['客户-一', 'café', 'cafe\u0301', '🍵/tea', "o'hara;--", 'a%b', '-'])('keeps the id %s', async (id) => {
      const { log } = subject();
      const stream = `customer-${id}`;
      await log.appendFacts([visit(stream, { id: `m-${id}`, data: { note: `${id}\u0000\u2028` } })]);
      expect(await log.readStream(stream)).toMatchObject([
        { id: `m-${id}`, stream, customerId: id, data: { note: `${id}\u0000\u2028` } },
      ]);
      expect(await log.streamRevision(stream)).toBe(0);
    });

    it('tells composed from decomposed letters and upper from lower case', async () => {
      const { log } = subject();
      await log.appendFacts(['caf\u00e9', 'cafe\u0301', 'Caf\u00e9'].map((id) => visit(`customer-${id}`)));
      expect((await log.readAll()).map(({ revision }) => revision)).toEqual([0, 0, 0]);
    });

    it('keeps large and deep data', async () => {
      const { log } = subject();
      const lines = Array.from({ length: 4_000 }, (_, index) => ({
        sku: `sku-${index}`,
        quantity: 1,
        unitPrice: index,
      }));
      const data = { note: '茶'.repeat(50_000), lines, deep: { list: [[[{ on: true, off: null, ratio: 0.1 }]]] } };
      await log.append('customer-a', [visit('customer-a', { data })], -1);
      expect((await log.readStream('customer-a'))[0].data).toEqual(data);
    });

    it('keeps instants before 1970 and far ahead', async () => {
      const { log } = subject();
      const instants = [-86_400_000, 0, 8_640_000_000_000_000];
      await log.appendFacts(instants.map((occurredAt) => visit('customer-a', { occurredAt })));
      expect((await log.readAll()).map(({ occurredAt }) => occurredAt)).toEqual(instants);
    });

    it('reads a stream from any of its positions, and as many as asked', async () => {
      const { log } = subject();
      for (const facts of Array.from({ length: 30 }, () => [visit('customer-a'), visit('customer-b')])) {
        await log.appendFacts(facts);
      }
      const whole = await log.readStream('customer-a');
      expect(whole.map(({ revision }) => revision)).toEqual(whole.map((_, index) => index));
      for (const [index, { position }] of whole.entries()) {
        expect(await log.readStream('customer-a', { after: position })).toEqual(whole.slice(index + 1));
      }
      const { position } = whole[9];
      expect(await log.readStream('customer-a', { after: position, limit: 5 })).toEqual(whole.slice(10, 15));
      // Another stream's position lies between two of this one.
      const [foreign] = await log.readStream('customer-b', { after: position, limit: 1 });
      const tail = whole.filter((record) => record.position > foreign.position);
      expect(await log.readStream('customer-a', { after: foreign.position })).toEqual(tail);
    });

    it('reads a missing stream as empty', async () => {
      const { log } = subject();
      expect(await log.readStream('customer-nobody')).toEqual([]);
    });

    it('reads the log in pages whose positions grow without end or overlap', async () => {
      const { log } = subject();
      const facts = visits('customer-a', 250);
      await log.appendFacts(facts);
      const pages: number[] = [];
      const read: string[] = [];
      let after = 0;
      for (;;) {
        const page = await log.readAll({ after, limit: 100 });
        if (page.length === 0) break;
        for (const record of page) {
          expect(record.position).toBeGreaterThan(after);
          after = record.position;
        }
        pages.push(page.length);
        read.push(...ids(page));
      }
      expect(pages).toEqual([100, 100, 50]);
      expect(read).toEqual(ids(facts));
      expect(after).toBe(await log.head());
    });

    it('reads records of some types only, in order, from any position and as many as asked', async () => {
      const { log } = subject();
      const types = ['VisitRecorded', 'IdentityLinked', 'VisitRecorded', 'PersonalDataErased', 'IdentityLinked'];
      await log.appendFacts(types.map((type) => visit('customer-a', { type })));
      const all = await log.readAll();
      const wanted = ['IdentityLinked', 'PersonalDataErased', 'NeverSeen'];
      expect(await log.readAll({ types: wanted })).toEqual([all[1], all[3], all[4]]);
      expect(await log.readAll({ types: wanted, after: all[1].position, limit: 1 })).toEqual([all[3]]);
      expect(await log.readAll({ types: wanted, after: all[4].position })).toEqual([]);
      expect(await log.readAll({ types: [] })).toEqual([]);
    });

    it('is empty at first: head 0, nothing to read, no customer', async () => {
      const { log } = subject();
      expect(await log.head()).toBe(0);
      expect(await readEverything(log)).toEqual([]);
      expect(await log.hasCustomerFacts()).toBe(false);
    });

    it('has customer facts only once a customer has one', async () => {
      const { log } = subject();
      await log.appendFacts([visit('program'), visit('clock', { occurredAt: SOME_TIME })]);
      expect(await log.hasCustomerFacts()).toBe(false);
      await log.appendFacts([visit('customer-a')]);
      expect(await log.hasCustomerFacts()).toBe(true);
    });
  });
}
