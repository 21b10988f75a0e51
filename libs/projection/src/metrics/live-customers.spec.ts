import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customerStream } from '@perennial/event-log';
import { DAY_MS, DEFAULT_PROGRAM } from '@perennial/membership';
import { catchUpLive, rebuild } from '../catch-up.js';
import { tick } from '../clock.js';
import { embeddedStores } from '../store-settings.js';
import { openStores, type Stores } from '../stores.js';
import { LiveCustomers } from './live-customers.js';
import { readMetrics } from './metrics-reader.js';
import { PastCustomers } from './past-customers.js';

const MAY = Date.UTC(2025, 4, 1);
const JUNE = Date.UTC(2025, 5, 1);

describe('live customers', () => {
  let dir: string;
  let stores: Stores;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-live-'));
    stores = await openStores(embeddedStores(dir));
  });
  afterEach(async () => {
    await stores.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function buys(customerId: string, occurredAt: number): Promise<void> {
    await stores.catalogue.ensure(MAY);
    const id = `${customerId}-${occurredAt}`;
    const stream = customerStream(customerId);
    const data = { orderId: id, payment: 'paid', amount: 5_000 };
    const common = { source: 'test', schemaVersion: 1, recordedAt: occurredAt, announce: true };
    await stores.log.appendFacts([
      { ...common, id, type: 'OrderPlaced', customerId, occurredAt, stream, key: `order/${id}`, data },
    ]);
  }
  const project = () => catchUpLive(stores.log, stores.stores, stores.leases);
  const metrics = (asOf: number | null) => ({ what: 'metrics', asOf, window: null }) as const;

  it('leave a question to the whole log when too many were otherwise then', async () => {
    for (const id of ['a', 'b', 'c']) await buys(id, MAY);
    await project();
    const live = new LiveCustomers(stores, { mostFolded: 2 });
    expect(await live.answer(metrics(MAY - DAY_MS), JUNE)).toBeNull();
    const past = await new PastCustomers(stores).answer(metrics(MAY - DAY_MS), JUNE);
    expect(past).toMatchObject({ asOf: MAY - DAY_MS, metrics: { customers: 0 } });
    // As of now everybody is as time has made them, however many that is.
    expect(await live.answer(metrics(null), JUNE)).toEqual({
      asOf: JUNE,
      metrics: await readMetrics(stores, { asOf: JUNE, window: null }),
    });
  });

  it('answer about now from a read store that is behind, but not about a named instant', async () => {
    await buys('a', MAY);
    await project();
    await buys('b', MAY + 1);
    const live = new LiveCustomers(stores, { patienceMs: 0 });
    expect(await live.answer(metrics(JUNE), JUNE)).toBeNull();
    expect(await live.answer(metrics(null), JUNE)).toMatchObject({ metrics: { customers: 1 } });
    await project();
    expect(await live.answer(metrics(JUNE), JUNE)).toMatchObject({ metrics: { customers: 2 } });
  });

  it('count members who are set aside as they were', async () => {
    await buys('a', MAY);
    await buys('b', MAY);
    await project();
    const store = await stores.stores.current();
    const expected = await store.checkpoint();
    const row = (await store.member('a'))!;
    const nothing = { activities: [], removedMembers: [], tasks: [], changes: [], links: [], unparked: [] };
    await store.commit({
      expected,
      checkpoint: expected,
      ...nothing,
      members: [{ ...row, state: 'no state', nextDue: null }],
      parked: [{ customerId: 'a', position: row.position, error: 'the fold threw', parkedAt: MAY }],
    });
    const answer = await new LiveCustomers(stores).answer(metrics(null), JUNE);
    expect(answer).toMatchObject({ metrics: { customers: 2, stages: { new: 1, cooling: 1 } } });
  });

  it('go on in the next generation', async () => {
    await buys('a', MAY);
    await project();
    const live = new LiveCustomers(stores);
    await live.refresh(MAY);
    await buys('b', MAY);
    await tick(stores.log, JUNE);
    await rebuild(stores.log, stores.stores);
    expect(await live.answer(metrics(JUNE), JUNE)).toMatchObject({ metrics: { customers: 2, orders: 2 } });
  });

  it('take the days of the program that came after the thread had looked', async () => {
    const live = new LiveCustomers(stores);
    await live.refresh(MAY);
    const program = { ...DEFAULT_PROGRAM, timeZone: 'Pacific/Auckland' };
    await stores.catalogue.publish(program, { effectiveFrom: null, now: MAY, source: 'test' });
    // 1 May there.
    await buys('a', MAY - DAY_MS / 4);
    await project();
    const answer = await live.answer(metrics(JUNE), JUNE);
    expect(answer).toMatchObject({ metrics: { cohorts: [{ cohort: '2025-05', size: 1 }] } });
  });

  it('are nobody where nothing was ever told', async () => {
    const answer = await new LiveCustomers(stores).answer(metrics(null), JUNE);
    expect(answer).toMatchObject({ asOf: JUNE, metrics: { customers: 0, tiers: { bronze: 0 } } });
  });
});
