import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClaimStore, type EventLog, openEventStoreLog, openSqliteClaims, withClaims } from '@perennial/event-log';
import { EventStoreDouble } from '../double/eventstoredb-double.js';
import { ids, order, readEverything, SOME_TIME, visit } from './event-log/records.js';
import { collect } from './event-log/subscribe.js';

describe('processes on one EventStoreDB with claims', () => {
  let double: EventStoreDouble;
  let directory: string;
  const opened: EventLog[] = [];

  async function process(): Promise<EventLog & { claims: ClaimStore }> {
    const claims = openSqliteClaims({ path: join(directory, 'claims.db') });
    const log = withClaims(await openEventStoreLog({ url: double.url, firstWaitMs: 5 }), claims);
    opened.push(log);
    return Object.assign(log, { claims });
  }

  beforeEach(async () => {
    double = await EventStoreDouble.start();
    directory = await mkdtemp(join(tmpdir(), 'claims-'));
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
    await double.stop();
    await rm(directory, { recursive: true });
  });

  it('take one id and one key under two customers at once: one fact of each stands, in every process', async () => {
    const [a, b] = [await process(), await process()];
    const first = order('customer-a', 'o-1');
    const sameId = visit('customer-b', { id: first.id });
    const sameKey = order('customer-c', 'o-1');
    const written = await Promise.all([a.appendFacts([first]), b.appendFacts([sameId, sameKey])]);
    expect(written.flat().map(({ status }) => status)).toEqual(['appended', 'appended', 'appended']);
    const records = await readEverything(a);
    expect(await readEverything(b)).toEqual(records);
    // Whichever came first, no id and no key is there twice.
    expect(new Set(ids(records)).size).toBe(records.length);
    expect(records.filter(({ type }) => type === 'OrderPlaced')).toHaveLength(1);
    await a.close();
    const aside = await b.claims.setAside();
    expect(aside.length + records.length).toBe(3);
    for (const { standsAs } of aside) expect(ids(records)).toContain(standsAs);
  });

  it('answer after a restart what another one has taken, without writing it', async () => {
    const first = await process();
    const fact = order('customer-a', 'o-1');
    await first.appendFacts([fact]);
    await readEverything(first);
    await first.close();
    await double.restart();
    const later = await process();
    expect(await later.appendFacts([visit('customer-b', { id: fact.id }), order('customer-b', 'o-1')])).toMatchObject([
      { status: 'conflict', on: 'id', existingId: fact.id },
      { status: 'conflict', on: 'key', existingId: fact.id },
    ]);
    expect(await later.streamRevision('customer-b')).toBe(-1);
    expect(await later.findById(fact.id)).toMatchObject({ customerId: 'a' });
  });

  it('write what only a record takes up that does not stand, in the stream that holds it too', async () => {
    const [a, b] = [await process(), await process()];
    await a.appendFacts([visit('customer-a', { id: 'm-1' })]);
    // Nobody has read yet, so nobody knows that the id is taken.
    await b.appendFacts([order('customer-b', 'o-1', { id: 'm-1' })]);
    expect(await readEverything(b)).toHaveLength(1);
    const corrected = order('customer-b', 'o-1', { occurredAt: SOME_TIME + 1 });
    expect(await b.append('customer-b', [corrected], 0)).toMatchObject({ revision: 1 });
    await readEverything(a);
    const fresh = await process();
    const refused = await fresh.appendFacts([order('customer-b', 'o-1')]);
    expect(refused).toMatchObject([{ status: 'conflict', existingId: corrected.id }]);
    const next = order('customer-b', 'o-2', { id: 'm-2' });
    expect(await fresh.appendFacts([next])).toMatchObject([{ status: 'appended' }]);
    expect(ids(await fresh.readStream('customer-b'))).toEqual([corrected.id, next.id]);
    expect((await readEverything(a)).map(({ position }) => position)).toHaveLength(3);
  });

  it('follow the log past what is set aside, each on its own', async () => {
    const [a, b] = [await process(), await process()];
    const [ofA, ofB] = [collect(a, 0), collect(b, 0)];
    for (let n = 0; n < 20; n++) {
      await Promise.all([
        a.appendFacts([order('customer-a', `o-${n}`), visit('customer-a')]),
        b.appendFacts([order('customer-b', `o-${n}`)]),
      ]);
    }
    const last = visit('customer-c');
    await a.appendFacts([last]);
    await Promise.all([ofA.reached(last.id), ofB.reached(last.id)]);
    await Promise.all([ofA.subscription.close(), ofB.subscription.close()]);
    expect(ofA.records).toEqual(ofB.records);
    expect(ofA.records).toHaveLength(41);
    expect(await a.head()).toBe(ofA.records.at(-1)!.position);
  });
});
