import { openStores, verify } from '@perennial/projection';
import { ago, fresh, order } from './engine-facts.js';
import { EngineProcess, eventually } from './engine-process.js';
import { settingsOf } from './stores-under-test.js';

const KILLS = 20;
const CUSTOMERS = Array.from({ length: 20 }, (_, n) => `c-${n}`);
const WORKERS = 12;
const GIVEN = 1_000_000;

/** Dated now, as live facts are: what is dated back makes the projector fold the customer again each time. */
const happening = () => ({ occurredAt: ago(0) });

/** What was acknowledged, and what was asked for without ever being answered. */
class Ledger {
  readonly facts = new Set<string>();
  /** By Idempotency-Key: the body, and the fact of the answer; null = there was none. */
  readonly redemptions = new Map<string, { customerId: string; points: number; factId: string | null }>();
}

describe('an engine that is killed', () => {
  let engine: EngineProcess;
  const ledger = new Ledger();

  beforeAll(async () => {
    engine = await EngineProcess.start({ PERENNIAL_LOG_LEVEL: 'warn' });
    for (const id of CUSTOMERS) {
      await sendFacts([order(id)]);
      const body = { points: GIVEN, reason: 'test', by: 'ann' };
      ledger.facts.add((await engine.post(`/v1/members/${id}/adjustments`, body)).body.factId);
    }
  });
  afterAll(() => engine.dispose());

  async function sendFacts(facts: { id: string }[]): Promise<void> {
    const { status } = await engine.post('/v1/facts', facts.length === 1 ? facts[0] : facts);
    if (status !== 202) throw new Error(`Sound facts were answered ${status}`);
    for (const { id } of facts) ledger.facts.add(id);
  }

  async function redeem(key: string): Promise<void> {
    const wanted = ledger.redemptions.get(key)!;
    const send = () =>
      engine.post(
        `/v1/members/${wanted.customerId}/redemptions`,
        { points: wanted.points },
        { 'idempotency-key': key },
      );
    let { status, body } = await send();
    // A database may need a moment to see that the process of the first try is gone.
    while (status === 409 && body.type.endsWith('/request-in-flight')) ({ status, body } = await send());
    if (status !== 201) throw new Error(`A sound redemption was answered ${status} ${JSON.stringify(body)}`);
    if (wanted.factId !== null && wanted.factId !== body.factId) throw new Error('One key, two redemptions');
    wanted.factId = body.factId;
    ledger.facts.add(body.factId);
  }

  /** Sends without pause until the connection breaks. */
  async function load(worker: number, isOver: () => boolean): Promise<void> {
    for (let n = worker; ; n++) {
      const customerId = CUSTOMERS[n % CUSTOMERS.length];
      try {
        if (worker % 3 === 0) {
          const key = fresh('key');
          ledger.redemptions.set(key, { customerId, points: 1 + (n % 7), factId: null });
          await redeem(key);
        } else
          await sendFacts(Array.from({ length: worker % 3 === 1 ? 1 : 50 }, () => order(customerId, 100, happening())));
      } catch (error) {
        if (isOver()) return;
        throw error;
      }
    }
  }

  async function idsInLog(): Promise<string[]> {
    const stores = await openStores(settingsOf(engine.dataDir));
    const ids: string[] = [];
    for (let after = 0; ;) {
      const records = await stores.log.readAll({ after });
      if (records.length === 0) break;
      ids.push(...records.map(({ id }) => id));
      after = records[records.length - 1].position;
    }
    await stores.close();
    return ids;
  }

  it(`${KILLS} times under load keeps every acknowledged fact, once`, async () => {
    for (let kill = 1; kill <= KILLS; kill++) {
      let over = false;
      const before = ledger.facts.size;
      const workers = Array.from({ length: WORKERS }, (_, worker) => load(worker, () => over));
      // Some kills come at the very first answers, some amid many.
      await eventually(
        () => Promise.resolve(ledger.facts.size - before),
        (acknowledged) => acknowledged >= kill * 17,
      );
      over = true;
      await engine.kill();
      await Promise.all(workers);
      await engine.restart();
    }
    const acknowledged = new Set(ledger.facts);
    // Whoever got no answer asks again with the same key, and so do some who got one.
    for (const key of [...ledger.redemptions.keys()].slice(-200)) await redeem(key);
    await eventually(
      () => engine.get('/v1/health'),
      ({ body }) => body.projection.caughtUp,
    );
    expect(await engine.stop()).toBe(0);

    const ids = await idsInLog();
    const held = new Set(ids);
    expect(ids).toHaveLength(held.size);
    expect([...acknowledged].filter((id) => !held.has(id))).toEqual([]);
  }, 600_000);

  it('has a read store that equals a fresh fold', async () => {
    const stores = await openStores(settingsOf(engine.dataDir));
    const report = await verify(stores.log, stores.stores);
    await stores.close();
    expect(report).toMatchObject({ ok: true, different: [], parked: [], members: CUSTOMERS.length });
    const asked = [...ledger.redemptions.values()];
    const answered = asked.filter(({ factId }) => factId !== null).reduce((sum, { points }) => sum + points, 0);
    const all = asked.reduce((sum, { points }) => sum + points, 0);
    expect(report.conservation.redeemed).toBeGreaterThanOrEqual(answered);
    expect(report.conservation.redeemed).toBeLessThanOrEqual(all);
  });
});
