import type { Metrics, RfmRow } from '@perennial/analytics';
import { perennial } from './cli-process.js';
import { ago, fresh, order } from './engine-facts.js';
import { EngineProcess, eventually } from './engine-process.js';

const DAY = 86_400_000;
/** More than are folded one by one for one question. */
const CUSTOMERS = 1_200;
const HISTORY = Array.from({ length: 2_000 }, (_, n) => ({
  ...order(`c-${String(n % CUSTOMERS).padStart(4, '0')}`, 1_000 + 37 * (n % 500)),
  occurredAt: ago((20 + ((n * 7) % 400)) * DAY),
}));

const [FROM, TO] = [ago(200 * DAY).slice(0, 10), ago(100 * DAY).slice(0, 10)];
const WINDOW = `from=${FROM}&to=${TO}`;

interface RfmPage {
  asOf: string;
  items: RfmRow[];
  nextCursor: string | null;
}

describe('metrics over HTTP', () => {
  let engine: EngineProcess;
  beforeAll(async () => {
    engine = await EngineProcess.start();
    for (let i = 0; i < HISTORY.length; i += 1_000) await engine.post('/v1/facts', HISTORY.slice(i, i + 1_000));
    await eventually(
      () => get('/v1/metrics'),
      ({ orders }) => orders === HISTORY.length,
    );
  });
  afterAll(() => engine.dispose());

  const get = async <T = Metrics>(path: string): Promise<T> => {
    const { status, body } = await engine.get(path);
    expect({ path, status }).toEqual({ path, status: 200 });
    return body as unknown as T;
  };
  const fromLog = async (asOf: string, ...args: string[]) => {
    const { code, out } = await perennial(engine.dataDir, ['metrics', '--as-of', asOf, ...args, '--format', 'json']);
    expect(code).toBe(0);
    return JSON.parse(out) as Metrics;
  };

  it('are, as of now, what the log gives as of that instant', async () => {
    const now = await get('/v1/metrics');
    expect(now).toMatchObject({ customers: CUSTOMERS, buyersEver: CUSTOMERS, window: null });
    expect(now).toEqual(await fromLog(now.asOf));

    const inWindow = await get(`/v1/metrics?${WINDOW}`);
    expect(inWindow).toEqual(await fromLog(inWindow.asOf, '--from', FROM, '--to', TO));
    expect(inWindow.buyers).toBeGreaterThan(0);
    expect(inWindow.churn).not.toBeNull();
  });

  it.each([
    ['past', () => ago(150 * DAY)],
    ['this moment', () => ago(0)],
    ['ahead', () => new Date(Date.now() + 500 * DAY).toISOString()],
    ['before everything', () => '2001-01-01T00:00:00.000Z'],
  ])('are of any instant: %s', async (_name, instant) => {
    const asOf = instant();
    expect(await get(`/v1/metrics?asOf=${asOf}&${WINDOW}`)).toEqual(await fromLog(asOf, '--from', FROM, '--to', TO));
  });

  it('hold, as of a named instant, everything that was acknowledged before', async () => {
    const id = fresh('new');
    await engine.post('/v1/facts', order(id, 123));
    const asOf = ago(0);
    expect((await get(`/v1/metrics?asOf=${asOf}`)).customers).toBe(CUSTOMERS + 1);
    await eventually(
      () => get('/v1/metrics'),
      ({ customers }) => customers === CUSTOMERS + 1,
    );
  });

  it('come in parts, which together are the whole', async () => {
    const asOf = ago(0);
    const whole = await get(`/v1/metrics?asOf=${asOf}&${WINDOW}`);
    const names = 'summary repeat churn funnel cohorts stages tiers liability rfm steps'.split(' ');
    const parts = await Promise.all(names.map((name) => get(`/v1/metrics/${name}?asOf=${asOf}&${WINDOW}`)));
    for (const part of parts) expect(part).toMatchObject({ asOf, window: whole.window, mergeSameDay: true });
    expect(Object.assign({}, ...parts)).toEqual(whole);
  });

  it('list buyers with their scores, page by page, as of one instant', async () => {
    const rows: RfmRow[] = [];
    let page = await get<RfmPage>('/v1/rfm?limit=500');
    const { asOf } = page;
    for (;;) {
      rows.push(...page.items);
      expect(page.asOf).toBe(asOf);
      if (page.nextCursor === null) break;
      page = await get<RfmPage>(`/v1/rfm?limit=500&cursor=${page.nextCursor}`);
    }
    const { out } = await perennial(engine.dataDir, ['rfm', '--as-of', asOf, '--format', 'jsonl']);
    const expected = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RfmRow);
    expect(rows).toEqual(expected);
    const { segment } = expected[0];
    const some = await get<RfmPage>(`/v1/rfm?limit=1000&asOf=${asOf}&segment=${segment}`);
    expect(some.items).toEqual(expected.filter((row) => row.segment === segment));
  });

  it.each([
    ['/v1/metrics?from=2025-01-01', 400, 'to'],
    ['/v1/metrics?to=2025-01-01', 400, 'from'],
    ['/v1/metrics?from=2025-02-30&to=2025-03-01', 400, 'from'],
    ['/v1/metrics?from=2025-03-01&to=2025-03-01', 400, 'to'],
    ['/v1/metrics?from=2025-03-02&to=2025-03-01', 400, 'to'],
    ['/v1/metrics?asOf=yesterday', 400, 'asOf'],
    ['/v1/metrics/stages?asOf=2025-01-01', 400, 'asOf'],
    ['/v1/metrics?window=all', 400, 'window'],
    ['/v1/rfm?segment=nobody', 400, 'segment'],
    ['/v1/rfm?limit=0', 400, 'limit'],
    ['/v1/rfm?cursor=broken', 400, 'cursor'],
  ])('refuse %s, and say which field', async (path, status, field) => {
    const answer = await engine.get(path);
    expect(answer.status).toBe(status);
    expect(answer.body.type).toBe('https://perennial.dev/problems/invalid-request');
    expect(answer.body.errors[0].path).toBe(field);
  });

  it('name the parts when another is asked for', async () => {
    for (const part of ['profit', 'constructor', '__proto__']) {
      const { status, body } = await engine.get(`/v1/metrics/${part}`);
      expect({ status, type: body.type }).toEqual({
        status: 404,
        type: 'https://perennial.dev/problems/unknown-metric',
      });
      expect(body).toMatchObject({ detail: expect.stringContaining('cohorts') as string });
    }
  });

  it('need the scope read', async () => {
    const { body } = await engine.post('/v1/keys', { name: 'shop', scopes: ['ingest'] });
    for (const path of ['/v1/metrics', '/v1/metrics/stages', '/v1/rfm']) {
      expect((await engine.get(path, { authorization: `Bearer ${body.key}` })).status).toBe(403);
    }
  });

  it('are there again after a restart', async () => {
    const asOf = ago(0);
    const before = await get(`/v1/metrics?asOf=${asOf}`);
    expect(await engine.stop()).toBe(0);
    await engine.restart();
    expect(await get(`/v1/metrics?asOf=${asOf}`)).toEqual(before);
  });
});

it('metrics of an empty store are zeros', async () => {
  const engine = await EngineProcess.start();
  try {
    const { status, body } = await engine.get('/v1/metrics');
    expect(status).toBe(200);
    expect(body).toMatchObject({ customers: 0, tiers: { bronze: 0, silver: 0, gold: 0, diamond: 0 } });
    expect((await engine.get('/v1/rfm')).body).toMatchObject({ items: [], nextCursor: null });
  } finally {
    await engine.dispose();
  }
});
