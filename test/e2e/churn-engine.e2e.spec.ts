import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptFit, MemberChurn } from '@perennial/projection';
import { seededRandom } from '../histories/seeded-random.js';
import { perennial } from './cli-process.js';
import { EngineProcess, eventually } from './engine-process.js';
import { isEmbedded } from './stores-under-test.js';

const DAY_MS = 86_400_000;

/** Sixty buyers of the last 300 days: every second one goes on buying. */
function orders() {
  const random = seededRandom(9);
  return Array.from({ length: 60 }, (_, i) => {
    const days = new Set<number>();
    const until = i % 2 === 0 ? 299 : 60;
    for (let day = 30 * random.uniform(); day < until; day += random.exponential(1 / 25)) days.add(Math.floor(day));
    return [...days].map((day) => ({
      id: `f-${i}-${day}`,
      type: 'OrderPlaced',
      customerId: `c-${i}`,
      occurredAt: new Date(Date.now() - (300 - day) * DAY_MS).toISOString(),
      data: { orderId: `o-${i}-${day}`, payment: 'paid', amount: 1_000 + Math.floor(3_000 * random.uniform()) },
    }));
  }).flat();
}

describe('churn through the engine', () => {
  let engine: EngineProcess;
  beforeAll(async () => (engine = await EngineProcess.start()));
  afterAll(() => engine.dispose());

  const member = async (id: string) => (await engine.get(`/v1/members/${id}/churn`)).body as unknown as MemberChurn;
  const model = async () => (await engine.get('/v1/churn/model')).body as unknown as KeptFit;

  it('is fitted, kept, read, made up for after a night that was missed, and told from outside', async () => {
    expect(await engine.get('/v1/churn/model')).toMatchObject({
      status: 404,
      body: { type: 'https://perennial.dev/problems/no-churn-model' },
    });
    const facts = orders();
    for (let i = 0; i < facts.length; i += 100) await engine.post('/v1/facts', facts.slice(i, i + 100));
    expect(await member('c-0')).toMatchObject({ computed: null, assessed: null, band: null });

    // The command line fits beside the running engine.
    const { code, err } = await perennial(engine.dataDir, ['churn', 'fit']);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(await model()).toMatchObject({ version: 1, model: 'mbg-nbd', data: { buyers: 60 }, spend: { ok: true } });
    const stays = await member('c-0');
    expect(stays).toMatchObject({ source: 'perennial-churn', computed: { modelVersion: 'fit-1' } });
    expect(stays.computed!.expectedOrders[365]).toBeGreaterThan(stays.computed!.expectedOrders[90]);
    expect(stays.probabilityAlive!).toBeGreaterThan((await member('c-1')).probabilityAlive!);
    expect(stays.because.length).toBeGreaterThan(2);
    expect((await engine.get('/v1/members/nobody/churn')).status).toBe(404);

    // Only a fit in a file can be made older by hand, so that the night counts as missed.
    if (!isEmbedded) return;
    const file = join(engine.dataDir, 'churn', 'fit-1.json');
    await engine.stop();
    const kept = JSON.parse(await readFile(file, 'utf8')) as KeptFit;
    await writeFile(file, JSON.stringify({ ...kept, fittedAt: new Date(Date.now() - 2 * DAY_MS).toISOString() }));
    await engine.restart();
    await eventually(model, ({ version }) => version === 2);
    const recorded = await eventually(
      () => member('c-0'),
      ({ assessed }) => assessed !== null,
    );
    expect(recorded.assessed).toMatchObject({ source: 'perennial-churn', model: 'mbg-nbd', modelVersion: 'fit-2' });

    const occurredAt = new Date().toISOString();
    const data = { model: 'in-house', probabilityAlive: 0.25 };
    const fact = { id: 'outside-1', type: 'ChurnRiskAssessed', customerId: 'c-0', occurredAt, source: 'science', data };
    await engine.post('/v1/facts', fact);
    expect(await member('c-0')).toMatchObject({ probabilityAlive: 0.25, band: 'at-risk', source: 'science' });
    expect((await engine.get('/v1/members/c-0')).body).toMatchObject({ churn: { model: 'in-house', band: 'at-risk' } });
  });
});
