import { fresh } from './engine-facts.js';
import { memberWith, pointsOf, publishQuickPoints } from './engine-members.js';
import { EngineProcess } from './engine-process.js';

describe('an Idempotency-Key', () => {
  let engine: EngineProcess;

  beforeAll(async () => {
    engine = await EngineProcess.start();
    await publishQuickPoints(engine);
  });
  afterAll(() => engine.dispose());

  it('repeats the answer, also after a restart, and does nothing twice', async () => {
    const id = await memberWith(engine, 100);
    const key = { 'idempotency-key': fresh('key') };
    const path = `/v1/members/${id}/redemptions`;
    const first = await engine.post(path, { points: 30 }, key);
    const again = await engine.post(path, { points: 30 }, key);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await engine.stop()).toBe(0);
    await engine.restart();
    expect(await engine.post(path, { points: 30 }, key)).toMatchObject({ status: 201, body: first.body });
    expect(await pointsOf(engine, id)).toMatchObject({ available: 70 });
  });

  it('of another request is refused', async () => {
    const id = await memberWith(engine, 100);
    const key = { 'idempotency-key': fresh('key') };
    await engine.post(`/v1/members/${id}/redemptions`, { points: 30 }, key);
    const reused = { status: 422, body: { type: 'https://perennial.dev/problems/idempotency-key-reused' } };
    expect(await engine.post(`/v1/members/${id}/redemptions`, { points: 31 }, key)).toMatchObject(reused);
    expect(await engine.post(`/v1/members/${id}/reservations`, { points: 30 }, key)).toMatchObject(reused);
    expect(await pointsOf(engine, id)).toMatchObject({ available: 70 });
  });

  it('repeats a refusal too, but not what was no sound request', async () => {
    const id = await memberWith(engine, 100);
    const key = { 'idempotency-key': fresh('key') };
    const path = `/v1/members/${id}/redemptions`;
    expect((await engine.post(path, { points: 'x' }, key)).status).toBe(400);
    const refused = await engine.post(path, { points: 500 }, key);
    expect(refused.status).toBe(409);
    await engine.post(`/v1/members/${id}/adjustments`, { points: 500, reason: 'r', by: 'b' });
    const again = await engine.post(path, { points: 500 }, key);
    expect(again).toMatchObject({ status: 409, body: refused.body });
    expect(again.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });

  it('used many times at once is carried out once', async () => {
    const id = await memberWith(engine, 100);
    const key = { 'idempotency-key': fresh('key') };
    const send = () => engine.post(`/v1/members/${id}/redemptions`, { points: 10 }, key);
    const answers = await Promise.all(Array.from({ length: 10 }, send));
    const made = answers.filter(({ status }) => status === 201);
    const types = answers.filter(({ status }) => status !== 201).map(({ body }) => body.type);
    expect(new Set(made.map(({ body }) => body.factId)).size).toBe(1);
    expect(types).toEqual(types.map(() => 'https://perennial.dev/problems/request-in-flight'));
    expect(await pointsOf(engine, id)).toMatchObject({ available: 90 });
  });

  it('that is none is refused', async () => {
    const path = `/v1/members/${await memberWith(engine, 1)}/redemptions`;
    expect((await engine.post(path, { points: 1 }, { 'idempotency-key': 'a b' })).status).toBe(400);
    expect((await engine.post(path, { points: 1 }, { 'idempotency-key': 'x'.repeat(256) })).status).toBe(400);
  });

  it('publishes a program once', async () => {
    const [{ version }] = (await engine.get('/v1/programs')).body.items.slice(-1);
    const { program } = (await engine.get(`/v1/programs/${version}`)).body;
    const key = { 'idempotency-key': fresh('key') };
    const next = { program: { ...program, name: 'next' } };
    const first = await engine.post('/v1/programs', next, key);
    expect(first).toMatchObject({ status: 201, body: { version: version + 1 } });
    expect(await engine.post('/v1/programs', next, key)).toMatchObject({ status: 201, body: first.body });
    expect((await engine.get('/v1/programs')).body.items).toHaveLength(version + 1);
  });
});
