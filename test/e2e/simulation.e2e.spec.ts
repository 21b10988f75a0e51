import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DEFAULT_PROGRAM,
  type Member,
  type PointsExplanation,
  type Program,
  type StageExplanation,
  type TaskExplanation,
  type TierExplanation,
} from '@perennial/membership';
import type { SimulationReport } from '@perennial/projection';
import { perennial } from './cli-process.js';
import { fact, fresh, order } from './engine-facts.js';
import { EngineProcess, eventually } from './engine-process.js';

/** Twice the points, and every tier at half the growth. */
const GENEROUS: Program = {
  ...DEFAULT_PROGRAM,
  name: 'generous',
  tiers: DEFAULT_PROGRAM.tiers.map((tier) => ({ ...tier, threshold: tier.threshold / 2 })),
  points: { ...DEFAULT_PROGRAM.points, earn: { points: 2, per: 100 } },
};

/** A simulation as it is answered. */
interface SimulationView {
  id: string;
  state: string;
  report: SimulationReport;
}

const viewOf = ({ body }: { body: unknown }) => body as SimulationView;

describe('simulations over HTTP', () => {
  let engine: EngineProcess;
  const small = fresh('small');
  const large = fresh('large');

  beforeAll(async () => {
    engine = await EngineProcess.start();
    const others = Array.from({ length: 500 }, () => order(fresh('c'), 1_000));
    const facts = [order(small, 10_000), order(large, 60_000), ...others];
    expect((await engine.post('/v1/facts', facts)).status).toBe(202);
  });
  afterAll(() => engine.dispose());

  const start = async (body: object, headers: Record<string, string> = {}): Promise<SimulationView> => {
    const answer = await engine.post('/v1/simulations', body, headers);
    expect(answer).toMatchObject({ status: 202 });
    return viewOf(answer);
  };
  const read = async (id: string) => viewOf(await engine.get(`/v1/simulations/${id}`));
  const finished = (id: string) =>
    eventually(
      () => read(id),
      ({ state }) => state === 'done' || state === 'failed',
    );

  it('report what would be, and change nothing', async () => {
    const before = (await engine.get(`/v1/members/${large}`)).body as unknown as Member;
    const { id } = await start({ program: GENEROUS });
    const done = await finished(id);
    expect(done).toMatchObject({
      state: 'done',
      progress: 1,
      program: 'generous',
      from: null,
      report: {
        customers: 502,
        draft: { replaces: [1] },
        before: { tiers: { bronze: 502, silver: 0 }, points: { earned: 5_700 } },
        after: { tiers: { bronze: 501, silver: 1 }, points: { earned: 11_400 } },
        tierMoves: { moved: 1, members: [{ customerId: large, from: 'bronze', to: 'silver' }] },
      },
    });
    expect(done.report.points.gain[0]).toMatchObject({ customerId: large, before: 600, after: 1_200, difference: 600 });
    expect({ ...(await engine.get(`/v1/members/${large}`)).body, asOf: before.asOf }).toEqual(before);
    expect((await engine.get('/v1/programs')).body.items).toHaveLength(1);
  });

  it('try a draft from an instant, as of another', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    const later = new Date(Date.now() + 120_000).toISOString();
    const { id } = await start({ program: GENEROUS, from: soon, asOf: later });
    expect(await finished(id)).toMatchObject({
      from: soon,
      asOf: later,
      report: { after: { tiers: { silver: 1 }, points: { earned: 5_700 } } },
    });
  });

  it('start once for one Idempotency-Key', async () => {
    const key = { 'idempotency-key': fresh('key') };
    const first = await start({ program: GENEROUS }, key);
    expect((await start({ program: GENEROUS }, key)).id).toBe(first.id);
    await finished(first.id);
  });

  it('say at once what is wrong with a draft', async () => {
    const unsound = await engine.post('/v1/simulations', { program: { ...GENEROUS, tiers: [] } });
    expect(unsound).toMatchObject({ status: 422, body: { type: expect.stringMatching(/invalid-program$/) as string } });
    const elsewhere = await engine.post('/v1/simulations', { program: { ...GENEROUS, timeZone: 'Europe/Paris' } });
    expect(elsewhere).toMatchObject({
      status: 422,
      body: { type: expect.stringMatching(/invalid-draft$/) as string, errors: [{ path: 'program.timeZone' }] },
    });
    const { status } = await engine.post('/v1/simulations', { program: GENEROUS, from: 'yesterday' });
    expect(status).toBe(400);
  });

  it('name the exchange rate that is missing when orders need it', async () => {
    const rated = { ...DEFAULT_PROGRAM, exchangeRates: { USD: 7 } };
    expect((await engine.post('/v1/programs', { program: rated })).status).toBe(201);
    const dollars = { orderId: 'o-usd', payment: 'paid', amount: 100, currency: 'USD' };
    const now = { occurredAt: new Date().toISOString() };
    const { body } = await engine.post('/v1/facts', fact('OrderPlaced', fresh('c'), dollars, now));
    expect(body.results).toMatchObject([{ status: 'accepted' }]);
    const { id } = await start({ program: { ...GENEROUS, exchangeRates: {} } });
    expect(await finished(id)).toMatchObject({
      state: 'failed',
      problem: {
        type: expect.stringMatching(/invalid-draft$/) as string,
        errors: [{ path: 'program.exchangeRates.USD', message: expect.stringContaining('o-usd') as string }],
      },
    });
  });

  it('wait for each other, but not too many, and end when they are deleted', async () => {
    const keys = Array.from({ length: 20 }, () => ({ 'idempotency-key': fresh('key') }));
    const send = (key: Record<string, string>) => engine.post('/v1/simulations', { program: GENEROUS }, key);
    const answers = await Promise.all(keys.map(send));
    const accepted = answers.filter(({ status }) => status === 202).map((answer) => viewOf(answer).id);
    const refused = answers.filter(({ status }) => status !== 202);
    expect(accepted.length).toBeGreaterThanOrEqual(6);
    expect(refused[0]).toMatchObject({
      status: 429,
      body: { type: expect.stringMatching(/too-many-simulations$/) as string },
    });
    expect(refused[0].headers.get('retry-after')).toBe('5');
    for (const id of accepted) expect((await engine.request('DELETE', `/v1/simulations/${id}`)).status).toBe(204);
    for (const id of accepted) expect((await engine.get(`/v1/simulations/${id}`)).status).toBe(404);
    // A refusal for want of room is no answer for ever.
    const again = viewOf(await send(keys[answers.indexOf(refused[0])]));
    expect((await engine.request('DELETE', `/v1/simulations/${again.id}`)).status).toBe(204);
    const { id } = await start({ program: { ...GENEROUS, exchangeRates: { USD: 7 } } });
    expect((await finished(id)).state).toBe('done');
    const [latest] = (await engine.get('/v1/simulations')).body.items;
    expect(latest).toMatchObject({ id, state: 'done' });
    expect(latest).not.toHaveProperty('report');
  });

  it('are for keys of scope operate', async () => {
    const { key } = (await engine.post('/v1/keys', { name: fresh('reader'), scopes: ['read'] })).body;
    const { status } = await engine.post('/v1/simulations', { program: GENEROUS }, { authorization: `Bearer ${key}` });
    expect(status).toBe(403);
  });
});

describe('explanations over HTTP', () => {
  let engine: EngineProcess;
  const id = fresh('c');
  const bought = fact('OrderPlaced', id, { orderId: 'o-1', payment: 'paid', amount: 120_000 });

  beforeAll(async () => {
    engine = await EngineProcess.start();
    const reviewed = fact('ReviewSubmitted', id, { reviewId: 'rv-1', rating: 1 });
    await engine.post('/v1/facts', [bought, reviewed]);
  });
  afterAll(() => engine.dispose());

  const ask = (query: string) => engine.get(`/v1/members/${id}/explain?${query}`);
  const explained = async <T>(query: string) => (await ask(query)).body as unknown as T;

  it('add up to what the member shows', async () => {
    const member = (await engine.get(`/v1/members/${id}`)).body as unknown as Member;
    const points = await explained<PointsExplanation>('what=points');
    const { available, pending, reserved, debt } = member.points;
    expect(points.lines.at(-1)).toMatchObject({
      cause: { fact: bought.id, type: 'OrderPlaced' },
      balance: { available, pending, reserved, debt },
    });
    const tier = await explained<TierExplanation>('what=tier');
    expect(tier.growth.entries.map(({ value }) => value)).toEqual([member.tier!.growth]);
    expect(tier.lastJudgement).toMatchObject({ change: 'tier-changed', cause: { fact: bought.id } });
    const stage = await explained<StageExplanation>('what=stage');
    expect(stage).toMatchObject({ stage: 'new', purchases: [{ orderId: 'o-1' }] });
    const task = await explained<TaskExplanation>('what=task&task=rv-1/service-recovery');
    expect(task).toMatchObject({ task: { state: 'open' }, lines: [{ text: 'Opened as open' }] });
  });

  it('look ahead', async () => {
    const asOf = new Date(Date.now() + 40 * 86_400_000).toISOString();
    const { decision, task } = await explained<TaskExplanation>(`what=task&task=o-1%2Fday-30&asOf=${asOf}`);
    expect(decision!.consents.every(({ consented }) => !consented)).toBe(true);
    expect(task.state).toBe('suppressed');
  });

  it('say what cannot be explained', async () => {
    expect((await engine.get('/v1/members/nobody/explain?what=points')).body.type).toMatch(/unknown-member$/);
    expect((await ask('what=task&task=o-9/day-30')).body.type).toMatch(/unknown-task$/);
    for (const query of ['', 'what=luck', 'what=task', 'what=points&task=o-1/day-30', 'what=tier&asOf=now']) {
      expect({ query, status: (await ask(query)).status }).toEqual({ query, status: 400 });
    }
  });
});

describe('what-if and why on the command line', () => {
  let dir: string;
  let store: string;
  const file = async (name: string, content: unknown): Promise<string> => {
    await writeFile(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));
    return join(dir, name);
  };
  const run = (...args: string[]) => perennial(store, args);
  const hashes = async () => {
    const names = (await readdir(store)).sort();
    return Promise.all(
      names.map(async (name) => [
        name,
        createHash('sha256')
          .update(await readFile(join(store, name)))
          .digest('hex'),
      ]),
    );
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'perennial-what-if-'));
    store = join(dir, 'store');
    const facts = [order('c-1', 10_000), order('c-2', 60_000)].map((line) => JSON.stringify(line)).join('\n');
    expect(await run('import', await file('facts.jsonl', facts))).toMatchObject({ code: 0 });
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('compares, and leaves every file of the store as it was', async () => {
    const draft = await file('draft.json', GENEROUS);
    const before = await hashes();
    const json = await run('simulate', draft, '--format', 'json');
    const table = await run('simulate', draft);
    expect(await hashes()).toEqual(before);
    expect(json.code).toBe(0);
    expect(JSON.parse(json.out)).toMatchObject({ customers: 2, tierMoves: { moved: 1 } });
    expect(table.out).toMatch(/^tier silver +0 +1 +\+1$/m);
    expect(table.out).toMatch(/^bronze +silver +1$/m);
    expect(table.out).toMatch(/^c-2 +600 +1,200 +\+600$/m);
  });

  it('names what keeps a draft from being tried', async () => {
    const elsewhere = await file('elsewhere.json', { ...GENEROUS, currency: 'EUR', exchangeRates: {} });
    const { code, err } = await run('simulate', elsewhere);
    expect(code).toBe(1);
    expect(err).toContain('program.currency: must stay');
    expect(await run('simulate', await file('unsound.json', {}))).toMatchObject({ code: 1 });
    expect(await run('--data', join(dir, 'none'), 'simulate', elsewhere)).toMatchObject({ code: 1 });
  });

  it('explains, with the fact behind each line', async () => {
    const points = await run('explain', 'c-2');
    expect(points).toMatchObject({ code: 0 });
    expect(points.out).toMatch(/Order \S+ earns floor\(.*\) = 600 points .*\[fact m-/);
    for (const what of ['tier', 'stage']) {
      const { code, out } = await run('explain', 'c-2', '--what', what, '--format', 'json');
      expect({ code, what: (JSON.parse(out) as { what: string }).what }).toEqual({ code: 0, what });
    }
    expect(await run('explain', 'nobody')).toMatchObject({ code: 1 });
    expect(await run('explain', 'c-2', '--what', 'task')).toMatchObject({ code: 2 });
  });
});
