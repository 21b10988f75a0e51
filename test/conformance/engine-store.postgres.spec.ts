import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineStore, openPostgresEngineStore } from '@perennial/engine-store';
import { openPostgres } from '@perennial/postgres';
import { createDatabase } from '../postgres/database.js';
import { ANSWER, apiKey, ATTEMPT, engineStoreConformance } from './engine-store.conformance.js';

engineStoreConformance('PostgreSQL', async () => {
  const { url, drop } = await createDatabase();
  return { open: () => openPostgresEngineStore({ url }), dispose: drop };
});

describe('engines that share a store', () => {
  const HELD_MS = 300;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let engines: EngineStore[];

  beforeEach(async () => {
    database = await createDatabase();
    // All at once, on an empty database.
    engines = await Promise.all([1, 2, 3].map(() => openPostgresEngineStore({ url: database.url, heldMs: HELD_MS })));
  });
  afterEach(async () => {
    await Promise.all(engines.map((engine) => engine.close()));
    await database.drop();
  });

  async function sql(statement: string): Promise<void> {
    const db = openPostgres({ url: database.url });
    await db.query(statement).finally(() => db.close());
  }

  it('give out one first key', async () => {
    const added = await Promise.all(engines.map(({ keys }, i) => keys.addFirst(apiKey(`k-${i}`, 'admin'))));
    expect(added.filter(Boolean)).toHaveLength(1);
  });

  it('keep one key that may make others, whoever removes which', async () => {
    for (let round = 0; round < 10; round++) {
      await sql('DELETE FROM perennial_engine.api_keys');
      await engines[0].keys.add(apiKey('a', 'admin'));
      await engines[0].keys.add(apiKey('b', 'admin'));
      const outcomes = await Promise.all([engines[0].keys.remove('a'), engines[1].keys.remove('b')]);
      expect(outcomes.sort()).toEqual(['last-admin', 'removed']);
    }
  });

  it('begin an attempt once', async () => {
    for (let round = 0; round < 20; round++) {
      const attempt = { ...ATTEMPT, idempotencyKey: `i-${round}` };
      const met = await Promise.all(engines.map(({ answers }) => answers.begin(attempt)));
      expect(met.map(({ status }) => status).sort()).toEqual(['begun', 'in-flight', 'in-flight']);
    }
  });

  it('wait for the one that is at it, however long that takes', async () => {
    const [one, other] = engines;
    await one.answers.begin(ATTEMPT);
    await sleep(4 * HELD_MS);
    expect((await other.answers.begin(ATTEMPT)).status).toBe('in-flight');
    expect((await other.answers.begin({ ...ATTEMPT, fingerprint: 'g' })).status).toBe('in-flight');
    await one.answers.complete(ATTEMPT, ANSWER);
    expect(await other.answers.begin(ATTEMPT)).toEqual({ status: 'answered', answer: ANSWER });
  });

  it('take over from one that is gone, once', async () => {
    const [gone, ...others] = engines;
    await gone.answers.begin(ATTEMPT);
    // What it holds anew is not this any more: as if it were gone.
    await sql('UPDATE perennial_engine.answers SET holder = gen_random_uuid()');
    expect((await others[0].answers.begin(ATTEMPT)).status).toBe('in-flight');
    await sleep(2 * HELD_MS);
    expect(await others[0].answers.begin({ ...ATTEMPT, fingerprint: 'g' })).toEqual({ status: 'other-request' });
    const met = await Promise.all(others.map(({ answers }) => answers.begin({ ...ATTEMPT, startedAt: 9 })));
    expect(met).toContainEqual({ status: 'begun', firstTryAt: 5 });
    expect(met).toContainEqual({ status: 'in-flight' });
    // It was only asleep: it takes nothing back that is another one's now.
    await gone.answers.withdraw(ATTEMPT);
    expect((await gone.answers.begin(ATTEMPT)).status).toBe('in-flight');
  });

  it('need not wait for one that stopped in order', async () => {
    await engines[0].answers.begin(ATTEMPT);
    await engines[0].close();
    expect((await engines[1].answers.begin(ATTEMPT)).status).toBe('begun');
  });

  it('refuse a schema that has no plain name', async () => {
    await expect(openPostgresEngineStore({ url: database.url, schema: 'a"b' })).rejects.toThrow(/small letters/);
  });
});
