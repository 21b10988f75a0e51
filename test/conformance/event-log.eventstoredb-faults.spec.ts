import { LogUnavailableError, openEventStoreLog, type EventLog, type LogRecord } from '@perennial/event-log';
import type { Fault } from '../double/faults.js';
import { EventStoreDouble } from '../double/eventstoredb-double.js';
import { ids, order, readEverything, visit, visits } from './event-log/records.js';
import { collect } from './event-log/subscribe.js';

/** Every stream counts from 0 without gap, and no id is there twice. */
function expectSound(records: LogRecord[]): void {
  const next = new Map<string, number>();
  for (const { stream, revision } of records) {
    expect(revision).toBe(next.get(stream) ?? 0);
    next.set(stream, revision + 1);
  }
  expect(new Set(ids(records)).size).toBe(records.length);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('the log in EventStoreDB when things go wrong', () => {
  let double: EventStoreDouble;
  let log: EventLog;
  const opened: EventLog[] = [];

  async function open(options: { deadlineMs?: number; retryForMs?: number; watchMs?: number } = {}): Promise<EventLog> {
    const another = await openEventStoreLog({ url: double.url, firstWaitMs: 5, ...options });
    opened.push(another);
    return another;
  }

  beforeEach(async () => {
    double = await EventStoreDouble.start();
    log = await open();
  });
  afterEach(async () => {
    double.faults.speak();
    await Promise.all(opened.splice(0).map((each) => each.close()));
    await double.stop();
  });

  describe('an append', () => {
    const FAULTS: Fault[] = [
      'lose-acknowledgement',
      'drop-before-storing',
      'time-out-after-storing',
      'not-ready',
      'refuse-revision',
    ];

    it.each(FAULTS)('of facts is written once and answered, whatever happens: %s', async (fault) => {
      await log.appendFacts(visits('customer-a', 2));
      double.faults.next(fault, 3);
      const facts = [order('customer-a', 'o-1'), visit('customer-b'), visit('customer-a')];
      const outcomes = await log.appendFacts(facts);
      expect(outcomes.map(({ status }) => status)).toEqual(['appended', 'appended', 'appended']);
      const stored = await readEverything(log);
      expectSound(stored);
      expect(stored).toHaveLength(5);
      const positions = facts.map(({ id }) => stored.find((record) => record.id === id)!.position);
      expect(outcomes).toMatchObject(positions.map((position) => ({ position })));
    });

    it.each(FAULTS)('at an exact revision is written once and answered, whatever happens: %s', async (fault) => {
      await log.append('customer-a', visits('customer-a', 2), -1);
      double.faults.next(fault, fault === 'refuse-revision' ? 1 : 3);
      const records = visits('customer-a', 2);
      const place = await log.append('customer-a', records, 1);
      const stored = await log.readStream('customer-a');
      expect(place).toEqual({ revision: 3, position: stored[3].position });
      expect(ids(stored.slice(2))).toEqual(ids(records));
    });

    it('is made again when the server is silent, and written once', async () => {
      const hasty = await open({ deadlineMs: 100 });
      await hasty.appendFacts([visit('customer-a')]);
      double.faults.hang();
      const appended = hasty.appendFacts([visit('customer-a')]);
      await until(() => double.events.visible('customer-a')!.length === 2);
      await new Promise((resolve) => setTimeout(resolve, 200));
      double.faults.speak();
      expect(await appended).toMatchObject([{ status: 'appended' }]);
      expectSound(await readEverything(log));
    });

    it('waits while the server is away', async () => {
      await log.appendFacts([visit('customer-a')]);
      await double.stop();
      const appended = log.appendFacts(visits('customer-a', 3));
      await new Promise((resolve) => setTimeout(resolve, 50));
      await double.start();
      expect(await appended).toHaveLength(3);
      expect(await log.streamRevision('customer-a')).toBe(3);
    });

    it('is unknown once patience ends, and found when it is asked for again', async () => {
      const hasty = await open({ retryForMs: 0 });
      await hasty.appendFacts([visit('customer-a')]);
      const facts = [order('customer-a', 'o-1'), order('customer-a', 'o-2')];
      double.faults.next('lose-acknowledgement');
      await expect(hasty.appendFacts(facts)).rejects.toThrow(LogUnavailableError);
      const again = await log.appendFacts(facts);
      expect(again.map(({ status }) => status)).toEqual(['duplicate', 'duplicate']);
      expect(await log.streamRevision('customer-a')).toBe(2);
    });

    it('is a duplicate when it is sent again after everything restarted', async () => {
      const facts = [order('customer-a', 'o-1'), visit('customer-a')];
      const first = await log.appendFacts(facts);
      await double.restart();
      const later = await open();
      expect(await later.appendFacts(facts)).toEqual(first.map((outcome) => ({ ...outcome, status: 'duplicate' })));
      expect(await later.appendFacts([{ ...facts[0], data: { orderId: 'o-1', amount: 1 } }])).toMatchObject([
        { status: 'conflict', on: 'id' },
      ]);
    });

    it('finds out what another process wrote in between', async () => {
      const other = await open();
      const fact = visit('customer-a');
      await log.appendFacts([visit('customer-a')]);
      await other.appendFacts([fact, order('customer-a', 'o-1')]);
      const repeated = order('customer-a', 'o-1');
      const outcomes = await log.appendFacts([fact, repeated, { ...order('customer-a', 'o-1'), occurredAt: 1 }]);
      expect(outcomes.map(({ status }) => status)).toEqual(['duplicate', 'appended', 'conflict']);
      expect(outcomes[1]).toHaveProperty('repeats');
      expectSound(await readEverything(log));
    });

    it('cannot know what another process wrote to other streams: the first in the log stands', async () => {
      expect(log.enforcesKeys).toBe(false);
      const other = await open();
      const fact = visit('customer-a');
      await log.appendFacts([fact]);
      const elsewhere = visit('customer-b', { id: fact.id });
      expect(await other.appendFacts([elsewhere])).toMatchObject([{ status: 'appended' }]);
      expect(await readEverything(log)).toHaveLength(2);
      const fresh = await open();
      expect(await fresh.findById(fact.id)).toMatchObject({ stream: 'customer-a' });
      expect(await fresh.findById(fact.id, 'customer-b')).toMatchObject({ stream: 'customer-b' });
      expect(await fresh.findById('m-unknown', 'customer-b')).toBeNull();
    });

    it('is refused before it is sent when it is too large, and spread over several when it need not be one', async () => {
      const text = 'x'.repeat(600_000);
      const large = [visit('customer-a', { data: { text } }), visit('customer-a', { data: { text } })];
      await expect(log.append('customer-a', large, -1)).rejects.toThrow(TypeError);
      await expect(log.appendFacts([visit('customer-a', { data: { text: text + text } })])).rejects.toThrow(TypeError);
      expect(await log.head()).toBe(0);
      expect(await log.appendFacts([...large, visit('customer-a')])).toHaveLength(3);
      expect(ids(await log.readStream('customer-a')).slice(0, 2)).toEqual(ids(large));
    });

    it('is refused for good on a stream that was ended for ever', async () => {
      await log.appendFacts([visit('customer-a')]);
      double.events.tombstone('customer-a');
      await expect(log.appendFacts([visit('customer-a')])).rejects.toThrow('StreamDeleted');
      expect(await log.appendFacts([visit('customer-b')])).toMatchObject([{ status: 'appended' }]);
    });
  });

  describe('a read', () => {
    it('is made again when the connection drops in the middle', async () => {
      const facts = visits('customer-a', 50);
      await log.appendFacts(facts);
      double.faults.next('drop-read', 2);
      expect(ids(await readEverything(log))).toEqual(ids(facts));
      double.faults.next('drop-read', 2);
      expect(ids(await log.readStream('customer-a'))).toEqual(ids(facts));
    });

    it('gives up when the server is silent for too long', async () => {
      const hasty = await open({ deadlineMs: 50, retryForMs: 0 });
      double.faults.hang();
      await expect(hasty.readAll()).rejects.toThrow(LogUnavailableError);
      await expect(hasty.readStream('customer-a')).rejects.toThrow(/silent for 50 ms/);
    });

    it('takes up what was appended since the page was read ahead', async () => {
      const facts = visits('customer-a', 1_000);
      await log.appendFacts(facts.slice(0, 700));
      const first = await log.readAll({ limit: 500 });
      await log.appendFacts(facts.slice(700));
      const second = await log.readAll({ after: first.at(-1)!.position, limit: 500 });
      expect(ids([...first, ...second])).toEqual(ids(facts));
    });

    it('refuses an event in its streams that is none of its records', async () => {
      await log.appendFacts([visit('customer-a')]);
      const [held] = double.events.visible('customer-a')!;
      double.events.append('customer-a', 'any', [{ ...held, id: '5'.repeat(8), metadata: new Uint8Array() }]);
      await expect(log.readStream('customer-a')).rejects.toThrow('not written by this engine');
      await expect(log.subscribe(0, () => undefined).done).rejects.toThrow('not written by this engine');
    });

    it('keeps logs of one server apart by their namespaces', async () => {
      const other = await openEventStoreLog({ url: double.url, namespace: 'other-' });
      opened.push(other);
      await log.appendFacts([visit('customer-a')]);
      const fact = visit('customer-b');
      await other.appendFacts([fact]);
      expect(ids(await readEverything(other))).toEqual([fact.id]);
      expect(await readEverything(log)).toHaveLength(1);
      expect(await other.head()).not.toBe(await log.head());
    });
  });

  describe('a subscription', () => {
    it.each<[string, () => void | Promise<void>]>([
      ['is ended', () => double.endSubscriptions()],
      ['is told that it is too slow', () => double.endSlowSubscriptions()],
      ['loses its connection', () => double.dropConnections()],
      ['outlives the server', () => double.restart()],
    ])('goes on when it %s, with nothing left out or given twice', async (_, harm) => {
      const { records, subscription, reached } = collect(log, 0);
      const facts = visits('customer-a', 60);
      for (let i = 0; i < facts.length; i += 20) {
        const part = facts.slice(i, i + 20);
        await log.appendFacts(part);
        if (i > 0) await reached(part[3].id);
        await harm();
      }
      await reached(facts.at(-1)!.id);
      await subscription.close();
      expect(ids(records)).toEqual(ids(facts));
    });

    it('gives once what the server gives twice', async () => {
      await log.appendFacts(visits('customer-a', 5));
      double.faults.next('repeat-event', 7);
      const { records, subscription, reached } = collect(log, 0);
      const last = visit('customer-a');
      await log.appendFacts([last]);
      await reached(last.id);
      await subscription.close();
      expectSound(records);
      expect(records).toHaveLength(6);
    });

    it('begins anew when it falls silent while the log goes on', async () => {
      const watchful = await open({ watchMs: 20 });
      double.faults.next('silent-subscription');
      const { records, subscription, reached } = collect(watchful, 0);
      const fact = visit('customer-a');
      await log.appendFacts([fact]);
      await reached(fact.id);
      await subscription.close();
      expect(ids(records)).toEqual([fact.id]);
      expect(double.subscribedBehind).toHaveLength(2);
    });

    it('goes on behind a checkpoint only when everything before it is handled', async () => {
      await log.appendFacts(visits('customer-a', 3));
      const position = await log.head();
      const foreign = { type: 'T', contentType: '', metadata: new Uint8Array(), data: new Uint8Array() };
      for (let n = 0; n < 3_000; n++) double.events.append('changes-0', 'any', [{ ...foreign, id: String(n) }]);
      const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
      const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
      let handled = 0;
      const subscription = log.subscribe(0, async (batch) => {
        enter();
        await mayGoOn;
        handled += batch.length;
      });
      await entered;
      double.endSubscriptions();
      goOn();
      // The records were not handled when the call ended: the next begins no later than behind them.
      await until(() => double.subscribedBehind.length >= 2);
      expect(double.subscribedBehind[1]).toBeLessThanOrEqual(double.events.all.at(-1)!.position);
      expect(handled).toBe(3);
      const { promise: next, resolve } = Promise.withResolvers<void>();
      const watcher = collect(log, position);
      const last = visit('customer-a');
      await log.appendFacts([last]);
      await watcher.reached(last.id).then(resolve);
      await next;
      double.endSubscriptions();
      await until(() => double.subscribedBehind.length >= 5);
      // Long stretches of other streams are passed over: the last calls begin behind them.
      expect(double.subscribedBehind.slice(-2).every((behind) => behind > position)).toBe(true);
      await Promise.all([subscription.close(), watcher.subscription.close()]);
      expect(handled).toBe(4);
    });

    it('holds back for a slow handler', async () => {
      await log.appendFacts(visits('customer-a', 100));
      const text = 'x'.repeat(2_000);
      for (let n = 0; n < 60; n++) {
        await log.appendFacts(Array.from({ length: 200 }, () => visit('customer-a', { data: { text } })));
      }
      let given = 0;
      let largest = 0;
      const { promise: end, resolve } = Promise.withResolvers<void>();
      const subscription = log.subscribe(0, async (batch) => {
        given += batch.length;
        largest = Math.max(largest, batch.length);
        await new Promise((next) => setTimeout(next, 5));
        if (given === 12_100) resolve();
      });
      await end;
      await subscription.close();
      expect(largest).toBeLessThanOrEqual(2_000);
    });
  });

  it.each([1, 2, 3, 4, 5])('holds every acknowledged fact once under faults at random (seed %i)', async (seed) => {
    let state = seed;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >>> 8) % below;
    };
    const { records, subscription, reached } = collect(log, 0);
    const acknowledged: string[] = [];
    let running = true;
    const clients = Array.from({ length: 8 }, async (_, client) => {
      for (let call = 0; call < 25; call++) {
        const facts = Array.from({ length: 1 + ((client + call) % 4) }, (_, i) =>
          order(`customer-${(client * 3 + call + i) % 11}`, `${client}-${call}-${i}`),
        );
        const outcomes = await log.appendFacts(facts);
        expect(outcomes.map(({ status }) => status)).toEqual(facts.map(() => 'appended'));
        acknowledged.push(...ids(facts));
      }
    });
    const harms: (() => void | Promise<void>)[] = [
      () => double.faults.next('lose-acknowledgement'),
      () => double.faults.next('drop-before-storing'),
      () => double.faults.next('time-out-after-storing'),
      () => double.faults.next('not-ready', 3),
      () => double.faults.next('refuse-revision'),
      () => double.faults.next('repeat-event', 5),
      () => double.faults.next('drop-read'),
      () => double.endSubscriptions(),
      () => double.dropConnections(),
      () => double.restart(),
    ];
    const harming = (async () => {
      for (let harm = 0; harm < 15 && running; harm++) {
        const before = acknowledged.length;
        await harms[random(harms.length)]();
        const enough = before + 1 + random(20);
        await until(() => acknowledged.length >= enough || !running);
      }
    })();
    await Promise.all(clients);
    running = false;
    await harming;
    const stored = await readEverything(log);
    expectSound(stored);
    expect(ids(stored).toSorted()).toEqual(acknowledged.toSorted());
    await reached(stored.at(-1)!.id);
    await subscription.close();
    expect(records).toEqual(stored);
  });
});
