import { type FeedItem, MirrorWorker, type MirrorWorkerOptions } from '@perennial/delivery';
import { type ChangesMirror, openEventStoreLog, openEventStoreMirror } from '@perennial/event-log';
import { EventStoreDouble } from '../double/eventstoredb-double.js';
import type { Fault } from '../double/faults.js';
import { subscribeNatively } from '../double/native-subscriber.js';
import { visit } from './event-log/records.js';
import { Announced, change, divided } from './mirror/announced.js';

const FAST: MirrorWorkerOptions = { pollMs: 2, beatMs: 2, firstPauseMs: 2 };
const PARTITIONS = 4;

describe('the mirror of changes in EventStoreDB', () => {
  let double: EventStoreDouble;
  let announced: Announced;
  const workers = new Set<MirrorWorker>();

  beforeEach(async () => {
    double = await EventStoreDouble.start();
    announced = await Announced.open();
  });
  afterEach(async () => {
    double.faults.speak();
    for (const worker of workers) await stop(worker);
    await announced.close();
    await double.stop();
  });

  const open = (options: { namespace?: string; retryForMs?: number } = {}): Promise<ChangesMirror> =>
    openEventStoreMirror({ url: double.url, firstWaitMs: 2, ...options });

  async function start(mayWrite = () => true, mirror?: ChangesMirror): Promise<MirrorWorker> {
    const of = { stores: announced.stores, mirror: mirror ?? (await open()) };
    const worker = new MirrorWorker({ ...of, mayWrite: () => Promise.resolve(mayWrite()) }, FAST);
    workers.add(worker);
    return worker;
  }

  async function stop(worker: MirrorWorker): Promise<void> {
    workers.delete(worker);
    await worker.stop();
  }

  /** Settles into how many streams changes are divided. */
  async function divideInto(partitions: number): Promise<void> {
    const mirror = await open();
    await mirror.partitions(partitions);
    await mirror.close();
  }

  const held = (partitions: number, namespace = '') =>
    Array.from(
      { length: partitions },
      (_, partition) => double.events.visible(`${namespace}changes-${partition}`) ?? [],
    );
  const streams = (partitions: number) =>
    held(partitions).map((events) => events.map(({ data }) => JSON.parse(Buffer.from(data).toString()) as FeedItem));
  const count = (partitions = PARTITIONS, namespace = '') =>
    held(partitions, namespace).reduce((sum, { length }) => sum + length, 0);

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  /** Waits until everything is mirrored; then every change stands once, in order, in the stream of its customer. */
  async function expectMirrored(partitions = PARTITIONS): Promise<void> {
    const items = await announced.items();
    await until(() => count(partitions) >= items.length);
    expect(streams(partitions)).toEqual(divided(items, partitions));
  }

  it('tells each change in the stream of its customer, what caused it, and where the stream ends', async () => {
    await announced.commit([change(2, 'c-1'), change(5, 'c-2', 1)], 5);
    await start();
    await until(() => count(1) === 2);
    const [first, second] = await subscribeNatively(double.url, { stream: 'changes-0' }, 2);
    const items = await announced.items();
    expect(first).toEqual({
      stream: 'changes-0',
      revision: 0,
      id: '9cf5555a-4db0-5996-9a1a-bdf7167e7aa6',
      type: 'stage-changed',
      data: items[0],
      metadata: { $causationId: 'f-2' },
    });
    expect(second).toMatchObject({
      data: items[1],
      // Where the stream ends.
      metadata: { place: { position: 5, customerId: 'c-2', ordinal: 1 }, complete: null },
    });
    expect(second.metadata).not.toHaveProperty('$causationId');
  });

  it('gives any client what is there and what comes', async () => {
    await divideInto(PARTITIONS);
    await announced.announce(700);
    const worker = await start();
    const subscriber = subscribeNatively(double.url, { prefix: 'changes-' }, 1 + 1_000);
    await expectMirrored();
    await announced.announce(300);
    worker.wake();
    const [meta, ...events] = await subscriber;
    expect(meta).toMatchObject({ stream: 'changes-meta', type: 'mirror-begun', data: { partitions: PARTITIONS } });
    const items = await announced.items();
    expect(events.map(({ data }) => (data as FeedItem).id).toSorted()).toEqual(items.map(({ id }) => id).toSorted());
    expect(new Set(events.map(({ id }) => id)).size).toBe(1_000);
  });

  it('says how far it is, and tells nothing before the feed is complete', async () => {
    await announced.commit([change(3, 'c-1'), change(8, 'c-2')], 5);
    const worker = await start();
    await until(() => worker.health().position === 5);
    expect(worker.health()).toEqual({ position: 5, running: true, lastError: null });
    expect(count(1)).toBe(1);
    await announced.commit([change(7, 'c-3')], 9);
    await until(() => worker.health().position === 9);
    expect(streams(1)[0].map(({ id }) => id)).toEqual(['3-0-c-1', '7-0-c-3', '8-0-c-2']);
  });

  it('spreads what is too large for one append over several', async () => {
    await announced.announce(40, { customers: 1, size: 100_000 });
    await start();
    await expectMirrored(1);
  });

  it('names a change that no append can hold', async () => {
    await announced.announce(1, { customers: 1, size: 1_100_000 });
    const worker = await start();
    await until(() => worker.health().lastError !== null);
    expect(worker.health().lastError).toMatch(
      /^Change 1-0-.+ has \d+ bytes; EventStoreDB takes 1048576 in one append$/,
    );
  });

  const FAULTS: Fault[] = [
    'lose-acknowledgement',
    'drop-before-storing',
    'time-out-after-storing',
    'not-ready',
    'refuse-revision',
    'drop-read',
  ];

  it.each(FAULTS)('holds each change once, whatever happens: %s', async (fault) => {
    await divideInto(PARTITIONS);
    await announced.announce(3_000);
    double.faults.next(fault, 3);
    const worker = await start();
    await expectMirrored();
    double.faults.next(fault, 3);
    await announced.announce(500);
    await expectMirrored();
    await until(() => worker.health().running);
  });

  it('waits while the server is away, and says so', async () => {
    await announced.announce(100);
    const worker = await start(undefined, await open({ retryForMs: 20 }));
    await expectMirrored(1);
    await double.stop();
    await announced.announce(100);
    await until(() => worker.health().lastError !== null);
    expect(worker.health().running).toBe(false);
    await double.start();
    await expectMirrored(1);
    await until(() => worker.health().running);
    expect(worker.health().lastError).toBeNull();
  });

  it('goes on where the streams end, however often it is cut off', async () => {
    await divideInto(PARTITIONS);
    double.faults.answerDelayMs = 1;
    for (let round = 0; round < 12; round++) {
      await announced.announce(900);
      const before = count();
      const worker = await start();
      await until(() => count() > before);
      await stop(worker);
      if (round % 4 === 3) await double.restart();
    }
    await start();
    await expectMirrored();
  });

  it('does not look through what is complete again', async () => {
    await divideInto(64);
    await announced.announce(5_000, { customers: 2 });
    const first = await start();
    await expectMirrored(64);
    await announced.announce(1, { customers: 1 });
    await until(() => count(64) === 5_001);
    await stop(first);
    const store = await announced.stores.current();
    const seen: unknown[] = [];
    const changes = store.changes.bind(store);
    store.changes = (query) => (seen.push(query.after), changes(query));
    const second = await start();
    await until(() => second.health().running && seen.length > 0);
    store.changes = changes;
    // The last event of a stream says up to where all had come: only what came since is looked at, though most are empty.
    expect(seen[0]).toMatchObject({ ordinal: -1 });
  });

  it.each([1, 2, 3])('holds each change once when several write it under faults at random (seed %i)', async (seed) => {
    await divideInto(PARTITIONS);
    let state = seed;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >>> 8) % below;
    };
    const harms: (() => unknown)[] = [
      ...FAULTS.map((fault) => () => double.faults.next(fault)),
      () => double.dropConnections(),
      () => double.restart(),
      async () => {
        await stop([...workers][random(workers.size)]);
        await start();
      },
    ];
    for (let writer = 0; writer < 3; writer++) await start();
    for (let round = 0; round < 20; round++) {
      await announced.announce(50 + random(800));
      await harms[random(harms.length)]();
    }
    await expectMirrored();
  });

  it('keeps the number of its streams, whatever is wanted later', async () => {
    const [first, second] = [await open(), await open()];
    const settled = await Promise.all([first.partitions(2), second.partitions(8)]);
    expect([2, 8]).toContain(settled[0]);
    expect(settled[1]).toBe(settled[0]);
    await Promise.all([first.close(), second.close()]);
    await announced.announce(200);
    await start();
    await expectMirrored(settled[0]);
  });

  it('is written by whoever may', async () => {
    let leader = 'a';
    await start(() => leader === 'a');
    const waiting = await start(() => leader === 'b');
    await announced.announce(10);
    await expectMirrored(1);
    expect(waiting.health()).toEqual({ position: 0, running: false, lastError: null });
    leader = 'b';
    await announced.announce(10);
    await expectMirrored(1);
    await until(() => waiting.health().running);
  });

  it('stands beside the log, which does not take it in, in the same namespace', async () => {
    const options = { url: double.url, namespace: 'shop-' };
    const log = await openEventStoreLog(options);
    const got: string[] = [];
    const subscription = log.subscribe(0, (batch) => void got.push(...batch.map(({ stream }) => stream)));
    await announced.announce(50);
    await start(undefined, await open({ namespace: 'shop-' }));
    await until(() => count(1, 'shop-') === 50);
    await log.appendFacts([visit('customer-a')]);
    await until(() => got.length > 0);
    expect(got).toEqual(['customer-a']);
    expect(await log.readAll()).toHaveLength(1);
    await subscription.close();
    await log.close();
  });

  it('says what is wrong with a stream that others have written to, or whose end is hidden', async () => {
    await announced.announce(10);
    const worker = await start();
    await expectMirrored(1);
    const foreign = { type: 'T', contentType: '', metadata: new Uint8Array(), data: new Uint8Array() };
    double.events.append('changes-0', 'any', [{ ...foreign, id: 'x' }]);
    await announced.announce(10);
    await until(() => worker.health().lastError !== null);
    expect(worker.health().lastError).toMatch('Event 10 of stream changes-0 was not written by this engine');
    const data = Buffer.from('{"$tb":11}');
    double.events.append('$$changes-0', 'any', [{ ...foreign, type: '$metadata', data, id: 'y' }]);
    await until(() => worker.health().lastError?.includes('$maxCount') === true);
  });
});
