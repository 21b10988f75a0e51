import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customerStream } from '@perennial/event-log';
import type { Fact } from '@perennial/membership';
import { embeddedStores } from './store-settings.js';
import { openStores, type Stores } from './stores.js';

const START = Date.parse('2025-01-01T00:00:00Z');
let made = 0;

function fact(type: string, customerId: string, data: object, at = made): Fact {
  const occurredAt = START + at * 1000;
  return { id: `m-${made++}`, type, customerId, occurredAt, source: 'test', data } as Fact;
}
const updated = (customerId: string, profile: object, at?: number) =>
  fact('ProfileUpdated', customerId, { profile }, at);

describe('reading a profile', () => {
  let dir: string;
  let stores: Stores;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-profiles-'));
    stores = await openStores(embeddedStores(dir));
  });
  afterEach(async () => {
    await stores.close();
    rmSync(dir, { recursive: true });
  });

  async function record(...facts: Fact[]): Promise<void> {
    const sealed = await stores.personalData.seal(facts);
    await stores.log.appendFacts(
      sealed.map((one) => ({
        ...one,
        source: 'test',
        stream: customerStream(one.customerId),
        schemaVersion: 1,
        recordedAt: START,
      })),
    );
  }

  it('gives the latest of every field, in the order in which things happened', async () => {
    await record(
      fact('CustomerRegistered', 'c-1', { profile: { name: 'Ann', email: 'ann@example.org', city: 'Oslo' } }, 1),
      updated('c-1', { name: 'Ann B.', email: null }, 5),
      updated('c-1', { name: 'Anna', city: 'Bergen' }, 3),
      fact('CustomerRegistered', 'c-1', { profile: { locale: 'nb' } }, 7),
      fact('CustomerRegistered', 'c-2', {}),
    );
    const profile = { name: 'Ann B.', city: 'Bergen', locale: 'nb' };
    expect(await stores.profiles.read('c-1')).toEqual({ status: 'known', customerId: 'c-1', profile });
    expect(await stores.profiles.read('c-2')).toEqual({ status: 'known', customerId: 'c-2', profile: {} });
    expect(await stores.profiles.read('c-3')).toEqual({ status: 'unknown' });
  });

  it('gives nothing once the customer is erased, also before the keys are gone and with a log from before', async () => {
    const told = updated('c-1', { name: 'Ann' });
    await record(told, fact('PersonalDataErased', 'c-1', { by: 'bob', reason: 'asked' }));
    expect(await stores.profiles.read('c-1')).toEqual({ status: 'erased' });
    await stores.personalData.carryOutErasures();
    await stores.close();
    for (const file of ['log.db', 'log.db-wal', 'log.db-shm']) rmSync(join(dir, file), { force: true });
    stores = await openStores(embeddedStores(dir));
    await record(updated('c-1', { name: 'Ann' }));
    expect(await stores.profiles.read('c-1')).toEqual({ status: 'erased' });
  });

  it('says so when the key is missing though nobody was erased', async () => {
    await record(updated('c-1', { name: 'Ann' }));
    await stores.close();
    for (const file of ['keys.db', 'master.key']) rmSync(join(dir, file));
    stores = await openStores(embeddedStores(dir));
    expect(await stores.profiles.read('c-1')).toEqual({ status: 'unreadable' });
  });
});
