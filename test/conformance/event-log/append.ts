import { WrongExpectedRevisionError } from '@perennial/event-log';
import type { Subject } from './subject.js';
import { ids, visit, visits } from './records.js';

const STREAM = 'customer-c-1';

/** Appending to one stream with an exact expected revision. */
export function appendConformance(subject: Subject): void {
  describe('append', () => {
    it('creates a stream that must not exist and counts revisions from 0', async () => {
      const { log } = subject();
      expect(await log.streamRevision(STREAM)).toBe(-1);
      expect(await log.append(STREAM, visits(STREAM, 2), -1)).toMatchObject({ revision: 1 });
      expect(await log.append(STREAM, [visit(STREAM)], 1)).toMatchObject({ revision: 2 });
      expect(await log.streamRevision(STREAM)).toBe(2);
    });

    it('gives the position of the last record', async () => {
      const { log } = subject();
      const { position } = await log.append(STREAM, visits(STREAM, 3), -1);
      expect((await log.readStream(STREAM)).at(-1)!.position).toBe(position);
      expect(await log.head()).toBe(position);
    });

    it.each([-1, 0, 2])(
      'refuses expected revision %i of a stream at revision 1 and writes nothing',
      async (expected) => {
        const { log } = subject();
        const written = visits(STREAM, 2);
        await log.append(STREAM, written, -1);
        const refused = log.append(STREAM, visits(STREAM, 2), expected);
        await expect(refused).rejects.toThrow(WrongExpectedRevisionError);
        await expect(refused).rejects.toMatchObject({ stream: STREAM, expected, actual: 1 });
        expect(ids(await log.readStream(STREAM))).toEqual(ids(written));
      },
    );

    it('refuses a revision of a stream that does not exist', async () => {
      const { log } = subject();
      await expect(log.append(STREAM, [visit(STREAM)], 0)).rejects.toMatchObject({ expected: 0, actual: -1 });
    });

    it("takes any revision when told 'any'", async () => {
      const { log } = subject();
      expect(await log.append(STREAM, [visit(STREAM)], 'any')).toMatchObject({ revision: 0 });
      expect(await log.append(STREAM, [visit(STREAM)], 'any')).toMatchObject({ revision: 1 });
    });

    it('lets one of 50 concurrent writers on one revision win, in every round', async () => {
      const { log } = subject();
      for (let revision = -1; revision < 5; revision++) {
        const writers = Array.from({ length: 50 }, () => log.append(STREAM, [visit(STREAM)], revision));
        const results = await Promise.allSettled(writers);
        const losers = results.filter((result) => result.status === 'rejected');
        expect(losers).toHaveLength(49);
        for (const loser of losers) expect(loser.reason).toBeInstanceOf(WrongExpectedRevisionError);
        expect(await log.streamRevision(STREAM)).toBe(revision + 1);
      }
    });

    it('takes a chain of appends sent without waiting', async () => {
      const { log } = subject();
      const chain = visits(STREAM, 20);
      await Promise.all(chain.map((record, index) => log.append(STREAM, [record], index - 1)));
      expect(ids(await log.readStream(STREAM))).toEqual(ids(chain));
    });

    it('answers a retry with the revision first expected as it answered at first, and writes nothing', async () => {
      const { log } = subject();
      const records = visits(STREAM, 2);
      const first = await log.append(STREAM, records, -1);
      await log.append(STREAM, [visit(STREAM)], 1);
      expect(await log.append(STREAM, records, -1)).toEqual(first);
      expect(await log.readStream(STREAM)).toHaveLength(3);
    });

    it('keeps streams apart', async () => {
      const { log } = subject();
      await log.append(STREAM, visits(STREAM, 3), -1);
      expect(await log.append('program', [visit('program')], -1)).toMatchObject({ revision: 0 });
    });

    it('refuses nothing to append, records of another stream and a customerId of another stream', async () => {
      const { log } = subject();
      await expect(log.append(STREAM, [], -1)).rejects.toThrow(TypeError);
      await expect(log.append(STREAM, [visit('customer-c-2')], -1)).rejects.toThrow(TypeError);
      await expect(log.append(STREAM, [visit(STREAM, { customerId: 'c-2' })], -1)).rejects.toThrow(TypeError);
      expect(await log.head()).toBe(0);
    });
  });
}
