import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { openStores, readStoreSettings, verify } from '@perennial/projection';
import { EventStoreDouble } from '../double/eventstoredb-double.js';
import { ago, fresh, order } from './engine-facts.js';
import { EngineProcess, eventually } from './engine-process.js';

const KILLS = 5;
const CUSTOMERS = Array.from({ length: 16 }, (_, n) => `c-${n}`);
const WORKERS = 8;

/**
 * The log's server: the protocol double, or a real one at EVENTSTORE_URL that the commands EVENTSTORE_KILL and
 * EVENTSTORE_START kill and start again.
 */
async function logServer() {
  const { EVENTSTORE_URL: url, EVENTSTORE_KILL: kill, EVENTSTORE_START: start } = process.env;
  if (url && kill && start) {
    // The server takes variables of that name for options of its own.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('EVENTSTORE_')));
    const run = (command: string) => promisify(execFile)('sh', ['-c', command], { env });
    return { url, kill: () => run(kill), start: () => run(start), dispose: () => Promise.resolve() };
  }
  const double = await EventStoreDouble.start();
  return { url: double.url, kill: () => double.stop(), start: () => double.start(), dispose: () => double.stop() };
}

describe('an engine whose log is killed', () => {
  let server: Awaited<ReturnType<typeof logServer>>;
  let env: NodeJS.ProcessEnv;
  let engine: EngineProcess;
  const acknowledged = new Set<string>();
  let unavailable = 0;

  beforeAll(async () => {
    server = await logServer();
    const namespace = `outage-${randomBytes(6).toString('hex')}-`;
    const log = { EVENT_LOG: 'eventstoredb', EVENTSTORE_URL: server.url, EVENTSTORE_NAMESPACE: namespace };
    env = { ...log, READ_STORE: 'sqlite', PERENNIAL_LOG_LEVEL: 'warn' };
    engine = await EngineProcess.start(env);
  });
  afterAll(async () => {
    await engine.dispose();
    await server.dispose();
  });

  /** Sends until it is acknowledged, always with the same ids, as a shop does that wants to lose nothing. */
  async function send(facts: { id: string }[]): Promise<void> {
    for (;;) {
      const { status } = await engine.post('/v1/facts', facts);
      if (status === 202) break;
      if (status !== 503) throw new Error(`Sound facts were answered ${status}`);
      unavailable++;
    }
    for (const { id } of facts) acknowledged.add(id);
  }

  it(`${KILLS} times under load keeps every acknowledged fact, once, and goes on by itself`, async () => {
    let over = false;
    const workers = Array.from({ length: WORKERS }, async (_, worker) => {
      for (let n = worker; !over; n++) {
        const customerId = CUSTOMERS[n % CUSTOMERS.length];
        await send(Array.from({ length: 1 + (n % 20) }, () => order(customerId, 100, { occurredAt: ago(0) })));
      }
    });
    for (let kill = 1; kill <= KILLS; kill++) {
      const before = acknowledged.size;
      await eventually(
        () => Promise.resolve(acknowledged.size - before),
        (more) => more > 200,
      );
      await server.kill();
      await server.start();
    }
    over = true;
    await Promise.all(workers);
    await send([order(fresh('c'))]);
    await eventually(
      () => engine.get('/v1/health'),
      ({ body }) => body.projection.caughtUp,
    );
    expect(await engine.stop()).toBe(0);

    const stores = await openStores(readStoreSettings(env, engine.dataDir));
    const held: string[] = [];
    for (let after = 0; ;) {
      const page = await stores.log.readAll({ after });
      if (page.length === 0) break;
      held.push(...page.map(({ id }) => id));
      after = page[page.length - 1].position;
    }
    const report = await verify(stores.log, stores.stores);
    await stores.close();
    expect(new Set(held).size).toBe(held.length);
    expect([...acknowledged].filter((id) => !held.includes(id))).toEqual([]);
    expect(report).toMatchObject({ ok: true, different: [], parked: [] });
    process.stdout.write(`${acknowledged.size} facts acknowledged, ${unavailable} requests told to come again\n`);
  }, 600_000);
});
