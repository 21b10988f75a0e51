import type { Subject } from './subject.js';
import { ids, order, readEverything, visit, visits } from './records.js';

/** Appending independent facts. */
export function factConformance(subject: Subject, callOrder: boolean): void {
  describe('appendFacts', () => {
    it('appends facts of many streams in the order given, at growing positions', async () => {
      const { log } = subject();
      const facts = [visit('customer-a'), order('customer-b', 'o-1'), visit('customer-a'), visit('clock')];
      const outcomes = await log.appendFacts(facts);
      expect(outcomes.map(({ status }) => status)).toEqual(['appended', 'appended', 'appended', 'appended']);
      const stored = await readEverything(log);
      if (callOrder) expect(ids(stored)).toEqual(ids(facts));
      const inCallOrder = facts.map(({ id }) => stored.find((record) => record.id === id)!);
      expect(inCallOrder.map(({ revision }) => revision)).toEqual([0, 0, 1, 0]);
      expect(inCallOrder.map(({ position }) => position)).toEqual(
        outcomes.map((outcome) => (outcome.status === 'appended' ? outcome.position : null)),
      );
    });

    it('answers every one of many calls made at once, and keeps the order of each', async () => {
      const { log } = subject();
      const calls = Array.from({ length: 100 }, (_, index) => visits(`customer-${index % 7}`, 1 + (index % 4)));
      const answers = await Promise.all(calls.map((facts) => log.appendFacts(facts)));
      expect(answers.map((outcomes) => outcomes.length)).toEqual(calls.map((facts) => facts.length));
      const stored = ids(await readEverything(log));
      expect(stored.toSorted()).toEqual(ids(calls.flat()).toSorted());
      for (const facts of calls) expect(stored.filter((id) => ids(facts).includes(id))).toEqual(ids(facts));
    });

    it('is not spoiled by a refused neighbour', async () => {
      const { log } = subject();
      const before = visit('customer-a');
      const after = visit('customer-a');
      const malformed = visit('customer-a', { occurredAt: Number.NaN });
      const [, wrong, broken] = await Promise.allSettled([
        log.appendFacts([before]),
        log.append('customer-b', [visit('customer-b')], 7),
        log.appendFacts([malformed]),
        log.appendFacts([after]),
      ]);
      expect(wrong.status).toBe('rejected');
      expect(broken).toMatchObject({ status: 'rejected', reason: expect.any(TypeError) as TypeError });
      expect(ids(await readEverything(log))).toEqual([before.id, after.id]);
    });

    it('counts facts into revisions that append expects', async () => {
      const { log } = subject();
      await log.appendFacts(visits('customer-a', 3));
      expect(await log.append('customer-a', [visit('customer-a')], 2)).toMatchObject({ revision: 3 });
    });

    it('has nothing to do with no facts', async () => {
      const { log } = subject();
      expect(await log.appendFacts([])).toEqual([]);
      expect(await log.head()).toBe(0);
    });
  });
}
