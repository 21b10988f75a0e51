import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fact, fresh, order } from './engine-facts.js';
import { memberWith, pointsOf, publishQuickPoints } from './engine-members.js';
import { EngineProcess, eventually } from './engine-process.js';
import { itEmbedded } from './stores-under-test.js';

describe('the engine', () => {
  let engine: EngineProcess;

  beforeAll(async () => {
    engine = await EngineProcess.start();
    await publishQuickPoints(engine);
  });
  afterAll(() => engine.dispose());

  it('publishes the shipped program with the first fact', async () => {
    const { body } = await engine.get('/v1/programs');
    expect(body.items[0]).toEqual({ version: 1, effectiveFrom: null, name: 'default' });
    expect((await engine.get('/v1/programs/1')).body.program.tiers).toHaveLength(4);
  });

  it('shows what it acknowledged at once', async () => {
    const id = fresh('c');
    const first = order(id, 123_400);
    const { status, body } = await engine.post('/v1/facts', first);
    expect(status).toBe(202);
    expect(body).toEqual({ results: [{ id: first.id, status: 'accepted', position: expect.any(Number) as number }] });
    expect((await engine.get(`/v1/members/${id}`)).body).toMatchObject({
      customerId: id,
      tier: { effective: 'silver' },
      points: { pending: 1234 },
      stage: 'new',
      purchases: { count: 1, value: 123_400 },
    });
    expect((await engine.post('/v1/facts', first)).body).toEqual({ results: [{ id: first.id, status: 'duplicate' }] });
    expect((await engine.get(`/v1/members/${id}`)).body.purchases.count).toBe(1);
  });

  it('lists members as of any instant', async () => {
    const id = fresh('zz');
    await engine.post('/v1/facts', { ...order(id, 123_400), occurredAt: '2024-03-01T08:00:00.000Z' });
    const listed = async (asOf: string) => {
      const items = [];
      for (let cursor = ''; ;) {
        const { body } = await engine.get(`/v1/members?asOf=${asOf}&tier=silver&stage=new&limit=1000${cursor}`);
        items.push(...body.items);
        if (!body.nextCursor) return items.filter((member) => member.customerId === id);
        cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
      }
    };
    await eventually(
      () => listed('2024-03-02T00:00:00.000Z'),
      (items) => items.length === 1,
    );
    expect(await listed('2024-02-01T00:00:00.000Z')).toEqual([]);
    expect(await listed('2024-06-01T00:00:00.000Z')).toEqual([]);
    expect((await engine.get('/v1/members?asOf=2024-06-01T00:00:00Z&sort=-value')).body.errors[0].path).toBe('sort');
    expect((await engine.get('/v1/members?asOf=yesterday')).body.errors[0].path).toBe('asOf');
  });

  it('takes a list of facts in one request', async () => {
    const facts = Array.from({ length: 1_000 }, () => order(fresh('c'), 100));
    const { status, body } = await engine.post('/v1/facts', facts);
    expect(status).toBe(202);
    expect(body.results.map(({ id }) => id)).toEqual(facts.map(({ id }) => id));
    expect((await engine.post('/v1/facts', facts.slice(0, 2))).body.results).toMatchObject([
      { status: 'duplicate' },
      { status: 'duplicate' },
    ]);
  });

  it('keeps ids of any writing', async () => {
    const id = `客户-é-😀-${fresh('c')}/%2F?#`;
    expect((await engine.post('/v1/facts', order(id))).status).toBe(202);
    const { status, body } = await engine.get(`/v1/members/${encodeURIComponent(id)}`);
    expect({ status, id: body.customerId }).toEqual({ status: 200, id });
  });

  it('reads a member as of any instant', async () => {
    const id = fresh('c');
    const early = { ...order(id, 500), occurredAt: '2024-01-10T00:00:00Z' };
    const late = { ...order(id, 700), occurredAt: '2024-03-10T00:00:00Z' };
    await engine.post('/v1/facts', [late, early]);
    const asOf = async (t: string) => (await engine.get(`/v1/members/${id}?asOf=${t}`)).body;
    expect(await asOf('2024-02-01T00:00:00Z')).toMatchObject({ purchases: { value: 500 }, stage: 'new' });
    expect(await asOf('2024-03-11T00:00:00Z')).toMatchObject({ purchases: { value: 1200 }, stage: 'active' });
    expect(await asOf('2099-01-01T00:00:00Z')).toMatchObject({ asOf: '2099-01-01T00:00:00.000Z', stage: 'lost' });
    expect((await engine.get(`/v1/members/${id}?asOf=2023-01-01T00:00:00Z`)).status).toBe(404);
  });

  it('tells what each fact changed, and what time changed', async () => {
    const id = fresh('c');
    const placed = { ...order(id, 100_000), occurredAt: '2024-01-10T04:00:00Z' };
    await engine.post('/v1/facts', placed);
    const { items } = (await engine.get(`/v1/members/${id}/timeline?until=2024-03-01T00:00:00Z`)).body;
    expect(items[0]).toMatchObject({ at: '2024-01-10T04:00:00.000Z', cause: { fact: { id: placed.id } } });
    expect(items[0].changes.map(({ type }) => type)).toContain('points-pending');
    const timers = items.filter(({ cause }) => cause.timer).map(({ at }) => at);
    expect(timers.length).toBeGreaterThan(0);
    expect(timers).toEqual([...timers].sort());
  });

  it('reads a customer under every id that was linked to theirs', async () => {
    const [alias, id] = [fresh('anon'), fresh('c')];
    await engine.post('/v1/facts', [order(alias, 300), order(id, 400), fact('IdentityLinked', id, { aliasId: alias })]);
    const read = () => engine.get(`/v1/members/${alias}`);
    const { body } = await eventually(read, (answer) => answer.body.customerId === id);
    expect(body.purchases.value).toBe(700);
  });

  describe('lists of members', () => {
    it('filters, sorts and pages', async () => {
      const ids = ['a', 'b', 'c'].map((name) => fresh(`list-${name}`));
      const grant = { tier: 'diamond', mode: 'exact', reason: 'list', by: 'ann' };
      for (const [i, id] of ids.entries()) {
        await engine.post('/v1/facts', order(id, (i + 1) * 1_000));
        expect((await engine.post(`/v1/members/${id}/tier-grants`, grant)).status).toBe(201);
      }
      const list = () => engine.get('/v1/members?tier=diamond&sort=-value&limit=2');
      const { body: first } = await eventually(list, ({ body }) => body.items[0]?.customerId === ids[2]);
      expect(first.items.map(({ customerId }) => customerId)).toEqual([ids[2], ids[1]]);
      expect(first.items[0]).toMatchObject({ tier: { effective: 'diamond', earned: 'bronze' }, stage: 'new' });
      const { body: rest } = await engine.get(
        `/v1/members?tier=diamond&sort=-value&limit=2&cursor=${encodeURIComponent(first.nextCursor)}`,
      );
      expect(rest.items.map(({ customerId }) => customerId)).toEqual([ids[0]]);
      expect(rest.nextCursor).toBeNull();
    });
  });

  describe('redemptions', () => {
    it('spend points and give them back', async () => {
      const id = await memberWith(engine, 100);
      const spend = { redemptionId: fresh('d'), points: 60, purpose: 'goods', orderId: 'o-9' };
      const { status, body } = await engine.post(`/v1/members/${id}/redemptions`, spend);
      expect(status).toBe(201);
      expect(body).toEqual({
        ...spend,
        customerId: id,
        factId: expect.any(String) as string,
        occurredAt: expect.any(String) as string,
      });
      expect(await pointsOf(engine, id)).toMatchObject({ available: 40 });
      const cancel = () => engine.post(`/v1/members/${id}/redemptions/${spend.redemptionId}/cancel`);
      const cancelled = await cancel();
      expect(cancelled.status).toBe(200);
      expect(await pointsOf(engine, id)).toMatchObject({ available: 100, totals: { redeemed: 60, restored: 60 } });
      expect(await cancel()).toMatchObject({ status: 200, body: cancelled.body });
      expect(await pointsOf(engine, id)).toMatchObject({ available: 100 });
    });

    it('are made once for an id, whoever asks again', async () => {
      const id = await memberWith(engine, 100);
      const spend = { redemptionId: fresh('d'), points: 60 };
      const first = await engine.post(`/v1/members/${id}/redemptions`, spend);
      const again = await engine.post(`/v1/members/${id}/redemptions`, spend);
      expect({ status: again.status, body: again.body }).toEqual({ status: 201, body: first.body });
      const other = await engine.post(`/v1/members/${id}/redemptions`, { ...spend, purpose: 'goods' });
      expect(other).toMatchObject({ status: 409, body: { type: 'https://perennial.dev/problems/id-taken' } });
      const stranger = await memberWith(engine, 100);
      expect((await engine.post(`/v1/members/${stranger}/redemptions`, spend)).status).toBe(409);
      expect(await pointsOf(engine, id)).toMatchObject({ available: 40 });
      expect(await pointsOf(engine, stranger)).toMatchObject({ available: 100 });
    });

    it('twenty at once of a balance that allows one: one succeeds', async () => {
      const id = await memberWith(engine, 100);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => engine.post(`/v1/members/${id}/redemptions`, { points: 100 })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
      expect(await pointsOf(engine, id)).toMatchObject({ available: 0, debt: 0, totals: { redeemed: 100 } });
    });

    it('twenty at once of a balance that allows all: all succeed', async () => {
      const id = await memberWith(engine, 100);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => engine.post(`/v1/members/${id}/redemptions`, { points: 5 })),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
      expect(await pointsOf(engine, id)).toMatchObject({ available: 0, debt: 0, totals: { redeemed: 100 } });
    });
  });

  describe('reservations', () => {
    it('hold points until they are committed or released', async () => {
      const id = await memberWith(engine, 100);
      const hold = { reservationId: fresh('h'), points: 70 };
      expect((await engine.post(`/v1/members/${id}/reservations`, hold)).status).toBe(201);
      expect(await pointsOf(engine, id)).toMatchObject({ available: 30, reserved: 70 });
      expect((await engine.post(`/v1/members/${id}/redemptions`, { points: 31 })).status).toBe(409);
      const commit = () => engine.post(`/v1/members/${id}/reservations/${hold.reservationId}/commit`);
      const committed = await commit();
      expect(committed).toMatchObject({ status: 200, body: { reservationId: hold.reservationId } });
      expect(await commit()).toMatchObject({ status: 200, body: committed.body });
      expect(await pointsOf(engine, id)).toMatchObject({ available: 30, reserved: 0, totals: { redeemed: 70 } });
      const late = await engine.post(`/v1/members/${id}/reservations/${hold.reservationId}/release`);
      expect(late).toMatchObject({ status: 409, body: { type: 'https://perennial.dev/problems/reservation-ended' } });

      const next = { reservationId: fresh('h'), points: 30, expiresAt: new Date(Date.now() + 60_000).toISOString() };
      await engine.post(`/v1/members/${id}/reservations`, next);
      expect((await engine.post(`/v1/members/${id}/reservations/${next.reservationId}/release`)).status).toBe(200);
      expect(await pointsOf(engine, id)).toMatchObject({ available: 30, reserved: 0 });
    });

    it('run out by themselves', async () => {
      const id = await memberWith(engine, 100);
      const hold = { points: 70, expiresAt: new Date(Date.now() + 1_500).toISOString() };
      const { body } = await engine.post(`/v1/members/${id}/reservations`, hold);
      await eventually(
        () => pointsOf(engine, id),
        ({ available }) => available === 100,
      );
      const commit = await engine.post(`/v1/members/${id}/reservations/${body.reservationId}/commit`);
      expect(commit.body.type).toBe('https://perennial.dev/problems/reservation-ended');
      // The list learns of it from the clock.
      const listed = async () => (await engine.get('/v1/members?sort=-available&limit=1000')).body.items;
      await eventually(listed, (items) => items.some((m) => m.customerId === id && m.points.available === 100));
    });
  });

  it('adjusts points, into debt where there are too few', async () => {
    const id = await memberWith(engine, 10);
    const body = { adjustmentId: fresh('a'), points: -25, reason: 'mistake', by: 'ann' };
    const { status, body: answer } = await engine.post(`/v1/members/${id}/adjustments`, body);
    expect({ status, answer }).toMatchObject({ status: 201, answer: body });
    expect(await pointsOf(engine, id)).toMatchObject({ available: 0, debt: 15 });
  });

  it('grants a tier and revokes it', async () => {
    const id = await memberWith(engine, 10);
    const grant = { tier: 'gold', mode: 'floor', until: '2999-01-01T00:00:00.000Z', reason: 'press', by: 'ann' };
    const tier = async () => (await engine.get(`/v1/members/${id}`)).body.tier;
    expect(await engine.post(`/v1/members/${id}/tier-grants`, grant)).toMatchObject({ status: 201, body: grant });
    expect(await tier()).toMatchObject({ effective: 'gold', earned: 'bronze' });
    const revoke = { reason: 'over', by: 'ann' };
    expect((await engine.post(`/v1/members/${id}/tier-grants/revoke`, revoke)).status).toBe(200);
    expect(await tier()).toMatchObject({ effective: 'bronze' });
  });

  it('documents itself to whoever has a key', async () => {
    expect((await engine.get('/docs-json', { authorization: '' })).status).toBe(401);
    const asked = await engine.get('/docs', { authorization: '' });
    expect(asked.headers.get('www-authenticate')).toMatch(/^Basic /);
    const { body } = await engine.get('/docs-json');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/v1/facts', '/v1/members/{id}', '/v1/members/{id}/redemptions', '/v1/keys/{id}']),
    );
    expect((await engine.get('/docs')).body).toContain('swagger');
  });

  it('says how it is', async () => {
    const { body } = await eventually(
      () => engine.get('/v1/health'),
      (answer) => answer.body.projection.caughtUp,
    );
    expect(body).toMatchObject({ status: 'ok', projection: { running: true, lastError: null }, parked: { count: 0 } });
  });

  it('sets a member aside whose facts come to more than can be counted, and goes on with the others', async () => {
    const [id, other] = [fresh('c'), fresh('c')];
    const most = () => order(id, Number.MAX_SAFE_INTEGER);
    expect((await engine.post('/v1/facts', [most(), most(), order(other, 500)])).status).toBe(202);
    const parked = { status: 409, body: { type: 'https://perennial.dev/problems/member-parked' } };
    expect(await engine.get(`/v1/members/${id}`)).toMatchObject(parked);
    expect(await engine.get(`/v1/members/${id}/timeline`)).toMatchObject(parked);
    expect(await engine.post(`/v1/members/${id}/redemptions`, { points: 1 })).toMatchObject(parked);
    expect((await engine.get(`/v1/members/${other}`)).body.purchases.value).toBe(500);
    const { body } = await eventually(
      () => engine.get('/v1/health'),
      (answer) => answer.body.status === 'degraded',
    );
    expect(body.parked.members.map(({ customerId }) => customerId)).toEqual([id]);
  });

  itEmbedded(
    'takes facts while its read store is damaged, says so, and makes it anew when it is taken away',
    async () => {
      await engine.stop();
      const files = readdirSync(engine.dataDir).filter((file) => file.startsWith('read'));
      const store = files.find((file) => file.endsWith('.db'))!;
      writeFileSync(join(engine.dataDir, store), 'no database '.repeat(1_000));
      await engine.restart();
      const id = fresh('c');
      expect((await engine.post('/v1/facts', order(id, 800))).status).toBe(202);
      const health = () => engine.get('/v1/health');
      const { body } = await eventually(health, (answer) => answer.body.projection.lastError !== null);
      expect(body).toMatchObject({ status: 'degraded', projection: { running: false } });
      // The way that docs/operating.md names: files are taken away while nobody has them open.
      await engine.stop();
      for (const file of files) rmSync(join(engine.dataDir, file), { force: true });
      await engine.restart();
      await eventually(health, (answer) => answer.body.projection.caughtUp);
      expect((await engine.get(`/v1/members/${id}`)).body.purchases.value).toBe(800);
    },
  );

  it('logs routes, not people', async () => {
    const id = fresh('someone');
    // The first start shows the admin key, once.
    const from = engine.said.length;
    const logged = () => engine.said.slice(from);
    await engine.post('/v1/facts', order(id));
    await engine.get(`/v1/members/${id}`);
    await eventually(
      () => Promise.resolve(logged()),
      (said) => said.includes('"route":"/v1/members/:id"'),
    );
    expect(logged()).not.toContain(id);
    expect(logged()).not.toContain(engine.adminKey);
  });

  it('ends well: what is under way is finished, and what was acknowledged is there', async () => {
    const id = fresh('c');
    const body = JSON.stringify(order(id, 4_200));
    const { hostname, port } = new URL(engine.url);
    const answered = new Promise<number>((resolve, reject) => {
      const slow = request(
        {
          hostname,
          port,
          method: 'POST',
          path: '/v1/facts',
          headers: {
            authorization: `Bearer ${engine.adminKey}`,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            expect: '100-continue',
          },
        },
        (response) => resolve(response.statusCode!),
      );
      slow.on('error', reject);
      // The engine has the request and waits for its body when it is told to end.
      slow.once('continue', () => {
        const ended = engine.stop();
        slow.end(body);
        void ended.then((code) => expect(code).toBe(0));
      });
      slow.flushHeaders();
    });
    expect(await answered).toBe(202);
    await engine.stop();
    await engine.restart();
    expect((await engine.get(`/v1/members/${id}`)).body.purchases.value).toBe(4_200);
  });

  it('does not start on a port that is taken or with settings that make no sense, and says so in a sentence', async () => {
    await expect(EngineProcess.start({ PORT: new URL(engine.url).port })).rejects.toThrow(/ended with 1:.*EADDRINUSE/s);
    await expect(EngineProcess.start({ PORT: 'x' })).rejects.toThrow(/PORT must be a whole number/);
  });
});
