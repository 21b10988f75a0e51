import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PERSONAL } from '@perennial/membership';
import {
  order,
  readEverything,
  ids,
  SOME_TIME,
  visit,
  visits,
} from '../../../../test/conformance/event-log/records.js';
import { collect } from '../../../../test/conformance/event-log/subscribe.js';
import { SharedRecords, UnenforcedLog } from '../../../../test/double/unenforced-log.js';
import { createDatabase } from '../../../../test/postgres/database.js';
import { openPostgresClaims } from '../postgres/postgres-claims.js';
import { openMemoryLog } from '../memory/memory-log.js';
import type { EventLog, LogRecord, NewRecord } from '../port.js';
import { openSqliteClaims } from '../sqlite/sqlite-claims.js';
import { withClaims } from './claimed-log.js';
import { openMemoryClaims } from './memory-claims.js';
import type { ClaimStore } from './port.js';

interface Claims {
  open(): ClaimStore | Promise<ClaimStore>;
  dispose(): Promise<void>;
}

let database: Awaited<ReturnType<typeof createDatabase>>;
let schemas = 0;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

const STORES: [string, () => Promise<Claims>][] = [
  [
    'memory',
    () => {
      const claims = openMemoryClaims();
      return Promise.resolve({ open: () => claims, dispose: () => Promise.resolve() });
    },
  ],
  [
    'SQLite',
    async () => {
      const directory = await mkdtemp(join(tmpdir(), 'claims-'));
      const path = join(directory, 'claims.db');
      return { open: () => openSqliteClaims({ path }), dispose: () => rm(directory, { recursive: true }) };
    },
  ],
  [
    'PostgreSQL',
    () => {
      const schema = `claims_${schemas++}`;
      const open = () => openPostgresClaims({ url: database.url, schema });
      return Promise.resolve({ open, dispose: () => Promise.resolve() });
    },
  ],
];

describe.each(STORES)('claims in %s', (_, create) => {
  let claims: Claims;
  let shared: SharedRecords;
  const opened: EventLog[] = [];

  /** Another process on the same log and the same claims. */
  async function process(): Promise<EventLog & { store: ClaimStore }> {
    const store = await claims.open();
    const log = withClaims(new UnenforcedLog(shared), store);
    opened.push(log);
    return Object.assign(log, { store });
  }

  /** Written by two processes at the same moment: neither knows of the other's. */
  async function atOnce(...facts: NewRecord[]): Promise<void> {
    for (const fact of facts) await new UnenforcedLog(shared).appendFacts([fact]);
  }

  beforeEach(async () => {
    claims = await create();
    shared = new SharedRecords();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
    await claims.dispose();
  });

  it('lets the first of two facts with one message id stand, and shows the other', async () => {
    const [a, b] = [await process(), await process()];
    const fact = visit('customer-a');
    const other = visit('customer-b', { id: fact.id });
    await atOnce(fact, other, visit('customer-b'));
    expect(await readEverything(a)).toMatchObject([{ customerId: 'a' }, { customerId: 'b', revision: 1 }]);
    expect(ids(await b.readAll())).toEqual(ids(await a.readAll()));
    expect(await b.readStream('customer-b')).toMatchObject([{ revision: 1 }]);
    expect(await b.streamRevision('customer-b')).toBe(1);
    expect(await b.findById(fact.id)).toMatchObject({ customerId: 'a' });
    await a.close();
    const aside = { position: 200, factId: fact.id, customerId: 'b', on: 'id', key: fact.id, standsAs: fact.id };
    expect(await b.store.setAside()).toEqual([aside]);
    expect(await b.store.setAside({ after: 200 })).toEqual([]);
    expect(await b.store.setAsideCount()).toBe(1);
  });

  it('lets the first of two facts with one natural key stand; the other takes up neither id nor key', async () => {
    const log = await process();
    const first = order('customer-a', 'o-1');
    const second = order('customer-b', 'o-1');
    const third = order('customer-c', 'o-2', { id: second.id });
    await atOnce(first, second, third);
    expect(await readEverything(log)).toMatchObject([{ customerId: 'a' }, { customerId: 'c' }]);
    expect(await log.findById(second.id)).toMatchObject({ customerId: 'c' });
    expect(await log.findById('m-unknown')).toBeNull();
  });

  it('drops the very fact written twice without a word, and keeps an equal one under another id', async () => {
    const log = await process();
    const fact = order('customer-a', 'o-1');
    const equal = order('customer-a', 'o-1');
    await atOnce(fact, { ...fact, recordedAt: SOME_TIME + 5, source: 'import' }, equal);
    expect(ids(await readEverything(log))).toEqual([fact.id, equal.id]);
    expect(await log.appendFacts([equal])).toMatchObject([{ status: 'duplicate' }]);
    expect(await log.store.setAsideCount()).toBe(0);
  });

  it('compares personal data by what stands for it', async () => {
    const log = await process();
    const told = (stream: string, id: string, mac: string, extra: object = {}) =>
      visit(stream, { id, type: 'ProfileUpdated', data: { [PERSONAL]: { sealed: Math.random(), mac, ...extra } } });
    await atOnce(told('customer-a', 'm-1', 'x'), told('customer-a', 'm-1', 'x'), told('customer-a', 'm-1', 'y'));
    await atOnce(visit('customer-a', { id: 'm-1', type: 'ProfileUpdated', data: { [PERSONAL]: { erased: true } } }));
    expect(await readEverything(log)).toHaveLength(1);
    await log.close();
    const later = await process();
    expect(await later.store.setAside()).toMatchObject([{ position: 300, on: 'id' }]);
  });

  it('answers what is taken before it is written, in every process and after a restart', async () => {
    const first = await process();
    const fact = order('customer-a', 'o-1');
    await first.appendFacts([fact]);
    await first.readAll();
    await first.close();
    const log = await process();
    const equal = order('customer-a', 'o-1');
    const outcomes = await log.appendFacts([
      fact,
      visit('customer-b', { id: fact.id }),
      order('customer-b', 'o-1'),
      equal,
      visit('customer-b'),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'duplicate', position: 100 },
      { status: 'conflict', on: 'id', key: fact.id, existingId: fact.id },
      { status: 'conflict', on: 'key', key: 'order:o-1', existingId: fact.id },
      { status: 'appended', repeats: fact.id },
      { status: 'appended' },
    ]);
    expect(outcomes[4]).not.toHaveProperty('repeats');
    const taken = [visit('customer-b'), order('customer-b', 'o-1')];
    await expect(log.append('customer-b', taken, 0)).rejects.toMatchObject({ on: 'key', existingId: fact.id });
    // Who decided on an old state decides again.
    await expect(log.append('customer-b', taken, -1)).rejects.toMatchObject({ name: 'WrongExpectedRevisionError' });
    expect(await log.append('customer-a', [fact], -1)).toEqual({ revision: 0, position: 100 });
    expect(shared.all).toHaveLength(3);
  });

  it('refuses nobody for what came later, also when it is not judged yet', async () => {
    const [a, b] = [await process(), await process()];
    const fact = order('customer-a', 'o-1');
    await a.appendFacts([fact]);
    await b.appendFacts([visit('customer-b', { id: fact.id }), order('customer-b', 'o-1')]);
    expect(await b.appendFacts([fact])).toEqual([{ status: 'duplicate', position: 100 }]);
    expect(await b.append('customer-a', [fact], -1)).toEqual({ position: 100, revision: 0 });

    const third = visit('customer-a');
    await a.append('customer-a', [third], 0);
    await b.appendFacts([visit('customer-b', { id: third.id })]);
    expect(await b.append('customer-a', [third], 0)).toEqual({ position: 400, revision: 1 });
  });

  it('refuses malformed facts whole, whatever is taken', async () => {
    const log = await process();
    const fact = visit('customer-a');
    await log.appendFacts([fact]);
    await log.readAll();
    await expect(log.appendFacts([visit('customer-a'), { ...fact, occurredAt: Number.NaN }])).rejects.toThrow(
      TypeError,
    );
    await expect(log.append('customer-b', [fact], -1)).rejects.toThrow(TypeError);
    expect(shared.all).toHaveLength(1);
  });

  it('writes what only a record takes up that does not stand', async () => {
    const log = await process();
    await atOnce(visit('customer-a', { id: 'm-1' }));
    // This process's log writes it before anybody has judged, and knows its id and key from then on.
    await log.appendFacts([order('customer-b', 'o-1', { id: 'm-1' })]);
    expect(await readEverything(log)).toMatchObject([{ customerId: 'a' }]);
    const [corrected, other] = [order('customer-b', 'o-1', { occurredAt: SOME_TIME + 1 }), order('customer-b', 'o-1')];
    expect(await log.appendFacts([corrected])).toMatchObject([{ status: 'appended' }]);
    expect(await log.appendFacts([other])).toMatchObject([{ status: 'conflict', existingId: corrected.id }]);
    expect(ids(await log.readStream('customer-b'))).toEqual([corrected.id]);
  });

  it('gives whole pages, of all types or some, though records between do not stand', async () => {
    const log = await process();
    for (let n = 0; n < 30; n++) await atOnce(order(`customer-${n}`, 'o-1'), visit(`customer-${n}`));
    const standing = [0, ...Array.from({ length: 30 }, (_, n) => 2 * n + 1)].map((index) => shared.all[index].id);
    expect(ids(await log.readAll({ limit: 10 }))).toEqual(standing.slice(0, 10));
    expect(ids(await log.readAll({ after: 1_000, limit: 10 }))).toEqual(standing.slice(6, 16));
    expect(ids(await log.readAll())).toEqual(standing);
    expect(ids(await log.readAll({ types: ['OrderPlaced'], limit: 5 }))).toEqual(standing.slice(0, 1));
    expect(ids(await log.readAll({ types: ['VisitRecorded'], limit: 5 }))).toEqual(standing.slice(1, 6));
    expect(await log.readAll({ types: [] })).toEqual([]);
    expect(await log.readAll({ limit: 0 })).toEqual([]);
  });

  it('ends at the last record that stands, so that who waits for the head gets there', async () => {
    const log = await process();
    await atOnce(
      order('customer-a', 'o-1'),
      visit('customer-a'),
      order('customer-b', 'o-1'),
      order('customer-c', 'o-1'),
    );
    const { subscription, reached, records } = collect(log, 0);
    expect(await log.head()).toBe(200);
    await reached(shared.all[1].id);
    await atOnce(order('customer-d', 'o-1'), visit('customer-d'));
    await reached(shared.all[5].id);
    await subscription.close();
    expect(ids(records)).toEqual([0, 1, 5].map((index) => shared.all[index].id));
    expect(await log.head()).toBe(600);
  });

  it('has customer facts only when one stands', async () => {
    const log = await process();
    await atOnce(visit('program', { key: 'k' }), visit('customer-a', { key: 'k' }));
    expect(await log.hasCustomerFacts()).toBe(false);
    await atOnce(visit('customer-a'));
    expect(await log.hasCustomerFacts()).toBe(true);
  });

  it('counts what is not judged yet as standing in a stream, and makes nobody wait', async () => {
    const log = await process();
    await atOnce(visit('customer-a', { id: 'm-1' }), visit('customer-b', { id: 'm-1' }));
    expect(await log.readStream('customer-b')).toHaveLength(1);
    await log.head();
    expect(await log.readStream('customer-b')).toEqual([]);
  });

  it('judges the whole log again when the claims are lost, wherever reading begins', async () => {
    await atOnce(...visits('customer-a', 10), order('customer-a', 'o-1'), order('customer-b', 'o-1'));
    const log = await process();
    const { subscription, reached, records } = collect(log, 1_100);
    await atOnce(order('customer-c', 'o-1'), visit('customer-c'));
    await reached(shared.all.at(-1)!.id);
    await subscription.close();
    expect(records).toHaveLength(1);
    await log.close();
    expect(await (await process()).store.setAsideCount()).toBe(2);
  });

  it('forgets the claims of another log', async () => {
    const log = await process();
    const fact = visit('customer-a');
    await atOnce(fact, visit('customer-b', { id: fact.id }), visit('customer-b'));
    await readEverything(log);
    await log.close();
    shared = new SharedRecords();
    const again = await process();
    const elsewhere = visit('customer-c', { id: fact.id });
    expect(await again.appendFacts([elsewhere])).toMatchObject([{ status: 'appended' }]);
    expect(ids(await readEverything(again))).toEqual([fact.id]);
    expect(await again.store.setAsideCount()).toBe(0);
  });

  it('judges the same by two who read at once', async () => {
    const facts = Array.from({ length: 400 }, (_, n) =>
      order(`customer-${n % 7}`, `o-${n % 90}`, { id: `m-${n % 150}` }),
    );
    for (const fact of facts) shared.add({ ...fact, announce: true, json: JSON.stringify(fact.data) });
    const [a, b] = [await process(), await process()];
    const pages = async (log: EventLog, limit: number) => {
      const records: LogRecord[] = [];
      for (let after = 0; ;) {
        const page = await log.readAll({ after, limit });
        records.push(...page);
        if (page.length < limit) return records;
        after = page.at(-1)!.position;
      }
    };
    const [ofA, ofB] = await Promise.all([pages(a, 17), pages(b, 23)]);
    expect(ofA).toEqual(ofB);
    expect(new Set(ids(ofA)).size).toBe(ofA.length);
    await Promise.all([a.close(), b.close()]);
    expect(await pages(await process(), 1_000)).toEqual(ofA);
  });
});

describe('claims', () => {
  it('are not for logs that see to it by themselves', () => {
    expect(() => withClaims(openMemoryLog(), openMemoryClaims())).toThrow(TypeError);
  });

  it('in a file of something else are refused', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'claims-'));
    const path = join(directory, 'log.db');
    const { openSqliteLog } = await import('../sqlite/sqlite-log.js');
    await openSqliteLog({ path }).close();
    expect(() => openSqliteClaims({ path })).toThrow('does not hold the claims');
    expect(() => openSqliteClaims({ path: join(directory, 'missing', 'claims.db') })).toThrow('Cannot open the claims');
    await rm(directory, { recursive: true });
  });
});
