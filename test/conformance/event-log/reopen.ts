import { WrongExpectedRevisionError } from '@perennial/event-log';
import type { Subject } from './subject.js';
import { ids, readEverything, visit, visits } from './records.js';
import { collect } from './subscribe.js';

/** Storage that outlives a connection and may have several. */
export function reopenConformance(subject: Subject): void {
  describe('several connections', () => {
    it('keeps everything that was acknowledged', async () => {
      const { log, reopen } = subject();
      const calls = Array.from({ length: 40 }, (_, index) => visits(`customer-${index % 5}`, 3));
      await Promise.all(calls.map((facts) => log.appendFacts(facts)));
      await log.append('program', visits('program', 2), -1);
      const before = await readEverything(log);
      await log.close();
      const again = await reopen!();
      expect(await readEverything(again)).toEqual(before);
      expect(before).toHaveLength(122);
      expect(await again.append('program', [visit('program')], 1)).toMatchObject({ revision: 2 });
      await again.close();
    });

    it('answers a retry after reopening as it answered at first', async () => {
      const { log, reopen } = subject();
      const records = visits('customer-a', 2);
      const first = await log.append('customer-a', records, -1);
      await log.close();
      const again = await reopen!();
      expect(await again.append('customer-a', records, -1)).toEqual(first);
      expect(await again.streamRevision('customer-a')).toBe(1);
      await again.close();
    });

    it('shows at once to one connection what another was answered', async () => {
      const { log, reopen } = subject();
      const other = await reopen!();
      for (let revision = 0; revision < 20; revision++) {
        const [writer, reader] = revision % 2 === 0 ? [log, other] : [other, log];
        await writer.append('customer-a', [visit('customer-a')], revision - 1);
        expect(await reader.streamRevision('customer-a')).toBe(revision);
        expect(await reader.head()).toBe(await writer.head());
      }
      await other.close();
    });

    it('lets one of many writers on two connections win a revision', async () => {
      const { log, reopen } = subject();
      const other = await reopen!();
      for (let revision = -1; revision < 5; revision++) {
        const writers = Array.from({ length: 50 }, (_, index) =>
          (index % 2 === 0 ? log : other).append('customer-a', [visit('customer-a')], revision),
        );
        const losers = (await Promise.allSettled(writers)).filter((result) => result.status === 'rejected');
        expect(losers).toHaveLength(49);
        for (const loser of losers) expect(loser.reason).toBeInstanceOf(WrongExpectedRevisionError);
      }
      await other.close();
    });

    it('takes facts by two connections at once, all of them, with revisions that have no gap', async () => {
      const { log, reopen } = subject();
      const other = await reopen!();
      const calls = Array.from({ length: 60 }, (_, index) => visits(`customer-${index % 4}`, 2));
      await Promise.all(calls.map((facts, index) => (index % 2 === 0 ? log : other).appendFacts(facts)));
      const stored = await readEverything(log);
      expect(ids(stored).toSorted()).toEqual(ids(calls.flat()).toSorted());
      for (let customer = 0; customer < 4; customer++) {
        const revisions = (await other.readStream(`customer-${customer}`)).map(({ revision }) => revision);
        expect(revisions).toEqual(Array.from({ length: 30 }, (_, index) => index));
      }
      await other.close();
    });

    it('brings to a subscription what another connection appends', async () => {
      const { log, reopen } = subject();
      const other = await reopen!();
      const { records, subscription, reached } = collect(log, 0);
      const facts = visits('customer-a', 30);
      for (const fact of facts) await other.appendFacts([fact]);
      await reached(facts.at(-1)!.id);
      await subscription.close();
      expect(ids(records)).toEqual(ids(facts));
      await other.close();
    });
  });
}
