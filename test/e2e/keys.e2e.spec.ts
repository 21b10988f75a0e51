import { fresh, order } from './engine-facts.js';
import { memberWith, publishQuickPoints } from './engine-members.js';
import { EngineProcess } from './engine-process.js';

describe('API keys', () => {
  let engine: EngineProcess;

  beforeAll(async () => {
    engine = await EngineProcess.start();
    await publishQuickPoints(engine);
  });
  afterAll(() => engine.dispose());

  it('open what their scopes say, and nothing after they are removed', async () => {
    const make = async (...scopes: string[]) => (await engine.post('/v1/keys', { name: 'test', scopes })).body;
    const id = await memberWith(engine, 10);
    const [ingest, read, operate] = [await make('ingest'), await make('read'), await make('operate', 'read')];
    const as = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });
    const statuses = async (headers: Record<string, string>) => [
      (await engine.post('/v1/facts', order(fresh('c')), headers)).status,
      (await engine.get(`/v1/members/${id}`, headers)).status,
      (await engine.get('/v1/health', headers)).status,
      (await engine.post(`/v1/members/${id}/redemptions`, { points: 1 }, headers)).status,
      (await engine.post('/v1/programs', {}, headers)).status,
      (await engine.get('/v1/keys', headers)).status,
    ];
    expect(await statuses(as(ingest))).toEqual([202, 403, 403, 403, 403, 403]);
    expect(await statuses(as(read))).toEqual([403, 200, 200, 403, 403, 403]);
    expect(await statuses(as(operate))).toEqual([403, 200, 200, 201, 403, 403]);
    expect(await statuses({})).toEqual([202, 200, 200, 201, 400, 200]);
    expect(await statuses({ authorization: '' })).toEqual(Array(6).fill(401));
    expect(await statuses({ authorization: `Bearer pk_${'x'.repeat(43)}` })).toEqual(Array(6).fill(401));
    expect((await engine.request('DELETE', `/v1/keys/${read.id}`)).status).toBe(204);
    expect(await statuses(as(read))).toEqual(Array(6).fill(401));
    expect((await engine.request('DELETE', `/v1/keys/${read.id}`)).status).toBe(404);
  });

  it('are never told again', async () => {
    const { key, ...kept } = (await engine.post('/v1/keys', { name: 'till', scopes: ['ingest'] })).body;
    const { items } = (await engine.get('/v1/keys')).body;
    expect(items).toContainEqual(kept);
    expect(JSON.stringify(items)).not.toContain(key);
    await engine.stop();
    await engine.restart();
    expect(engine.said).not.toContain('pk_');
    expect((await engine.post('/v1/facts', order(fresh('c')), { authorization: `Bearer ${key}` })).status).toBe(202);
  });

  it('may come as the user name of Basic', async () => {
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    expect((await engine.get('/v1/health', basic(`${engine.adminKey}:`))).status).toBe(200);
    expect((await engine.get('/v1/health', basic(engine.adminKey))).status).toBe(200);
    expect((await engine.get('/v1/health', basic('pk_x:'))).status).toBe(401);
  });

  it('are checked when they are made, and the last admin key stays', async () => {
    expect((await engine.post('/v1/keys', { name: '', scopes: ['read'] })).status).toBe(400);
    expect((await engine.post('/v1/keys', { name: 'x', scopes: [] })).status).toBe(400);
    expect((await engine.post('/v1/keys', { name: 'x', scopes: ['root'] })).status).toBe(400);
    const [{ id }] = (await engine.get('/v1/keys')).body.items;
    expect((await engine.request('DELETE', `/v1/keys/${id}`)).status).toBe(409);
  });
});
