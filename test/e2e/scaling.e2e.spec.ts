import { randomBytes } from 'node:crypto';
import { openStores, readStoreSettings, verify } from '@perennial/projection';
import { EventStoreDouble } from '../double/eventstoredb-double.js';
import { createDatabase } from '../postgres/database.js';
import { ago, fresh, order } from './engine-facts.js';
import { EngineProcess, eventually } from './engine-process.js';

const PARTITIONS = 8;
const CUSTOMERS = Array.from({ length: 40 }, (_, n) => `c-${n}`);

interface Health {
  status: string;
  roles: string[];
  projection: { caughtUp: boolean; partitions: { partition: number; owner: string | null; lagSeconds: number }[] };
}

/** One EventStoreDB, one PostgreSQL, and processes that share the work. */
describe('engines that share a log and a read store', () => {
  let double: EventStoreDouble;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let env: NodeJS.ProcessEnv;
  const engines: EngineProcess[] = [];
  let api: EngineProcess;
  let projectors: EngineProcess[];
  const acknowledged = new Set<string>();

  async function start(roles: string): Promise<EngineProcess> {
    const engine = await EngineProcess.start({ ...env, ROLES: roles });
    engines.push(engine);
    // The first process made the key, and told it.
    engine.adminKey ||= engines[0].adminKey;
    return engine;
  }

  beforeAll(async () => {
    double = await EventStoreDouble.start();
    database = await createDatabase();
    env = {
      EVENT_LOG: 'eventstoredb',
      EVENTSTORE_URL: double.url,
      EVENTSTORE_NAMESPACE: '',
      READ_STORE: 'postgres',
      DATABASE_URL: database.url,
      DATABASE_SCHEMA: 'perennial',
      PARTITIONS: String(PARTITIONS),
      PERENNIAL_MASTER_KEY: randomBytes(32).toString('base64'),
      PERENNIAL_LOG_LEVEL: 'warn',
    };
    api = await start('api,clock');
    projectors = [await start('projector'), await start('projector')];
  });
  afterAll(async () => {
    await Promise.all(engines.map((engine) => engine.dispose()));
    await double.stop();
    await database.drop();
  });

  const health = async (of = api) => (await of.get('/v1/health')).body as unknown as Health;
  const owners = ({ projection }: Health) => new Set(projection.partitions.map(({ owner }) => owner));
  const isShared = (answer: Health) => owners(answer).size === 2 && !owners(answer).has(null);

  async function send(count: number): Promise<void> {
    const facts = Array.from({ length: count }, (_, n) =>
      order(CUSTOMERS[(acknowledged.size + n) % CUSTOMERS.length], 100, { occurredAt: ago(0) }),
    );
    expect((await api.post('/v1/facts', facts)).status).toBe(202);
    for (const { id } of facts) acknowledged.add(id);
  }

  /** Sends until told to stop. */
  function load(): { stop: () => Promise<void> } {
    let over = false;
    const running = (async () => {
      while (!over) await send(20);
    })();
    return {
      stop: () => {
        over = true;
        return running;
      },
    };
  }

  it('divide the partitions among those that project, and say who has which', async () => {
    await send(40);
    const answer = await eventually(health, (now) => isShared(now) && now.projection.caughtUp);
    expect(answer).toMatchObject({ status: 'ok', roles: ['api', 'clock'] });
    const counts = [...owners(answer)].map(
      (name) => answer.projection.partitions.filter(({ owner }) => owner === name).length,
    );
    expect(counts).toEqual([PARTITIONS / 2, PARTITIONS / 2]);
    const figures = (await api.get('/metrics')).body as unknown as string;
    expect(figures).toContain('perennial_partition_lag_seconds{partition="7"}');
    expect(figures).toMatch(/perennial_partition_owner\{partition="0",owner="perennial [^"]+"\} 1/);
  });

  it('answer for how they are, and for nothing else, without the role api', async () => {
    expect((await health(projectors[0])).roles).toEqual(['projector']);
    expect((await projectors[0].get('/v1/members/c-1')).status).toBe(404);
    expect((await projectors[0].post('/v1/facts', order('c-1'))).status).toBe(404);
  });

  it('take over from one that is killed under load', async () => {
    const loading = load();
    await eventually(
      () => Promise.resolve(acknowledged.size),
      (size) => size > 200,
    );
    await projectors[0].kill();
    await eventually(health, (answer) => owners(answer).size === 1 && !owners(answer).has(null));
    await loading.stop();
    await eventually(health, ({ projection }) => projection.caughtUp);
  });

  it('give a share back to one that comes', async () => {
    await projectors[0].restart();
    await send(40);
    await eventually(health, (answer) => isShared(answer) && answer.projection.caughtUp);
  });

  it('go on where an API process is killed, by any other one', async () => {
    const other = await start('api');
    const id = fresh('c');
    const fact = order(id, 700);
    expect((await api.post('/v1/facts', fact)).status).toBe(202);
    await api.kill();
    expect((await other.post('/v1/facts', fact)).body.results).toMatchObject([{ status: 'duplicate' }]);
    expect((await other.post('/v1/facts', { ...fact, customerId: 'somebody-else' })).status).toBe(409);
    const member = await other.get(`/v1/members/${id}`);
    expect(member.body.purchases.value).toBe(700);
    acknowledged.add(fact.id);
    await api.restart();
    await eventually(health, ({ projection }) => projection.caughtUp);
  });

  it('have lost nothing and done nothing twice', async () => {
    // One cursor over all partitions: the feed is complete as far as it goes, and each change is in it once.
    const seen: string[] = [];
    for (let after = ''; ;) {
      const { body } = await api.get(`/v1/changes?limit=1000${after && `&after=${after}`}`);
      seen.push(...body.items.map((item) => item.id));
      if (body.items.length === 0) break;
      after = body.cursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    const stores = await openStores(readStoreSettings(env, api.dataDir));
    const held: string[] = [];
    for (let after = 0; ;) {
      const page = await stores.log.readAll({ after });
      if (page.length === 0) break;
      held.push(...page.map(({ id }) => id));
      after = page[page.length - 1].position;
    }
    expect(new Set(held).size).toBe(held.length);
    expect([...acknowledged].filter((id) => !held.includes(id))).toEqual([]);
    expect(await verify(stores.log, stores.stores)).toMatchObject({ ok: true, different: [], parked: [] });
    await stores.close();
  });
});
