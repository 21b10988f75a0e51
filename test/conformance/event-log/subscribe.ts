import { LogClosedError, type EventLog, type LogRecord } from '@perennial/event-log';
import type { Subject } from './subject.js';
import { ids, readEverything, visit, visits } from './records.js';

/** Subscribes and remembers; `reached(id)` resolves when the record with this id came. */
export function collect(log: EventLog, after: number) {
  const records: LogRecord[] = [];
  const waiting = new Map<string, () => void>();
  const subscription = log.subscribe(after, (batch) => {
    records.push(...batch);
    for (const { id } of batch) waiting.get(id)?.();
  });
  const reached = (id: string) =>
    records.some((record) => record.id === id)
      ? Promise.resolve()
      : new Promise<void>((resolve) => void waiting.set(id, resolve));
  return { records, subscription, reached };
}

/** Subscribing from a position: catch-up, then live. */
export function subscribeConformance(subject: Subject): void {
  describe('subscribe', () => {
    it('gives first what is stored, then what is appended, each once and in log order', async () => {
      const { log } = subject();
      const stored = visits('customer-a', 10);
      await log.appendFacts(stored);
      const { records, subscription, reached } = collect(log, 0);
      await reached(stored.at(-1)!.id);
      const live = [visit('customer-b'), visit('program')];
      await log.appendFacts(live);
      await reached(live.at(-1)!.id);
      await subscription.close();
      expect(records).toEqual(await readEverything(log));
    });

    it('starts after the position given', async () => {
      const { log } = subject();
      await log.appendFacts(visits('customer-a', 5));
      const position = await log.head();
      const later = visit('customer-a');
      const { records, subscription, reached } = collect(log, position);
      await log.appendFacts([later]);
      await reached(later.id);
      await subscription.close();
      expect(ids(records)).toEqual([later.id]);
    });

    it('leaves nothing out and doubles nothing while appends go on', async () => {
      const { log } = subject();
      await log.appendFacts(visits('customer-a', 3_000));
      const early = collect(log, 0);
      const appended: string[] = [];
      const writer = async (stream: string) => {
        for (let round = 0; round < 50; round++) {
          const facts = visits(stream, 1 + (round % 5));
          await log.appendFacts(facts);
          appended.push(...ids(facts));
        }
      };
      const writers = Promise.all(['customer-b', 'customer-c', 'customer-d'].map(writer));
      const late = collect(log, await log.head());
      const lateFrom = await log.head();
      await writers;
      const last = visit('customer-a');
      await log.appendFacts([last]);
      await Promise.all([early.reached(last.id), late.reached(last.id)]);
      await Promise.all([early.subscription.close(), late.subscription.close()]);
      const everything = await readEverything(log);
      expect(ids(early.records)).toEqual(ids(everything));
      expect(ids(late.records.filter(({ position }) => position > lateFrom))).toEqual(
        ids(everything.filter(({ position }) => position > lateFrom)),
      );
      expect(everything).toHaveLength(3_001 + appended.length);
    });

    it('calls one handler at a time', async () => {
      const { log } = subject();
      let running = 0;
      let most = 0;
      const last = visit('customer-z');
      const { promise: end, resolve } = Promise.withResolvers<void>();
      const subscription = log.subscribe(0, async (batch) => {
        most = Math.max(most, ++running);
        await log.head();
        running--;
        if (batch.some(({ id }) => id === last.id)) resolve();
      });
      for (let round = 0; round < 30; round++) await log.appendFacts(visits('customer-a', 2));
      await log.appendFacts([last]);
      await end;
      await subscription.close();
      expect(most).toBe(1);
    });

    it('closes only when the running handler is through, and calls none afterwards', async () => {
      const { log } = subject();
      const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
      const { promise: mayLeave, resolve: leave } = Promise.withResolvers<void>();
      let calls = 0;
      const subscription = log.subscribe(0, async () => {
        calls++;
        enter();
        await mayLeave;
      });
      await log.appendFacts([visit('customer-a')]);
      await entered;
      let closed = false;
      const closing = subscription.close().then(() => (closed = true));
      await log.appendFacts([visit('customer-a')]);
      expect(closed).toBe(false);
      leave();
      await closing;
      await expect(subscription.done).resolves.toBeUndefined();
      const other = collect(log, 0);
      const last = visit('customer-a');
      await log.appendFacts([last]);
      await other.reached(last.id);
      await other.subscription.close();
      expect(calls).toBe(1);
    });

    it('rejects done with what the handler threw, and leaves other subscriptions alone', async () => {
      const { log } = subject();
      const failing = log.subscribe(0, () => Promise.reject(new Error('cannot project')));
      const other = collect(log, 0);
      const fact = visit('customer-a');
      const failed = expect(failing.done).rejects.toThrow('cannot project');
      await log.appendFacts([fact]);
      await failed;
      await failing.close();
      await other.reached(fact.id);
      await other.subscription.close();
    });

    it('lets a handler append', async () => {
      const { log } = subject();
      const echo = visit('customer-b');
      const { promise: seen, resolve } = Promise.withResolvers<void>();
      const subscription = log.subscribe(0, async (batch) => {
        if (batch.some(({ stream }) => stream === 'customer-a')) await log.appendFacts([echo]);
        if (batch.some(({ id }) => id === echo.id)) resolve();
      });
      await log.appendFacts([visit('customer-a')]);
      await seen;
      await subscription.close();
    });

    it('ends with the log, which then refuses every call', async () => {
      const { log } = subject();
      const { subscription } = collect(log, 0);
      const queued = log.appendFacts([visit('customer-a')]);
      await log.close();
      await expect(queued).resolves.toMatchObject([{ status: 'appended' }]);
      await expect(subscription.done).resolves.toBeUndefined();
      await expect(log.appendFacts([visit('customer-a')])).rejects.toThrow(LogClosedError);
      await expect(log.readAll()).rejects.toThrow(LogClosedError);
      expect(() => log.subscribe(0, () => undefined)).toThrow(LogClosedError);
      await log.close();
    });
  });
}
