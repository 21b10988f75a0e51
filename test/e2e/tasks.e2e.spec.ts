import { DEFAULT_PROGRAM } from '@perennial/membership';
import { ago, fact, fresh, order } from './engine-facts.js';
import { EngineProcess, eventually } from './engine-process.js';

const DAY = 86_400_000;

describe('tasks over HTTP', () => {
  let engine: EngineProcess;

  beforeAll(async () => {
    engine = await EngineProcess.start();
    // Before any fact, so from the beginning of time: what fell due in the past runs under it, too.
    const reactivation = { ...DEFAULT_PROGRAM.reactivation, holdout: { percent: 0, salt: 's' }, consent: 'required' };
    expect((await engine.post('/v1/programs', { program: { ...DEFAULT_PROGRAM, reactivation } })).status).toBe(201);
  });
  afterAll(() => engine.dispose());

  /** A customer with a bad review, whose task is due; they may be sent mails. */
  async function complaint(): Promise<{ customerId: string; id: string }> {
    const [customerId, reviewId] = [fresh('c'), fresh('rv')];
    await engine.post('/v1/facts', [
      order(customerId),
      fact('ConsentChanged', customerId, { channel: 'email', granted: true }),
      fact('ReviewSubmitted', customerId, { reviewId, rating: 1 }),
    ]);
    const id = `${reviewId}/service-recovery`;
    await eventually(
      () => engine.get(path(id)),
      ({ status }) => status === 200,
    );
    return { customerId, id };
  }
  const path = (id: string, action = '') => `/v1/tasks/${encodeURIComponent(id)}${action}`;
  const problem = (type: string) => ({ type: `https://perennial.dev/problems/${type}` });

  it('are worked on: claimed, contacted, completed', async () => {
    const { id, customerId } = await complaint();
    const claimed = await engine.post(path(id, '/claim'), { by: 'ann' });
    expect(claimed.status).toBe(200);
    expect(claimed.body).toEqual({
      factId: expect.any(String) as string,
      customerId,
      occurredAt: expect.any(String) as string,
      taskId: id,
      by: 'ann',
    });
    expect((await engine.get(path(id))).body).toMatchObject({
      id,
      customerId,
      kind: 'service-recovery',
      step: null,
      state: 'claimed',
      assignee: 'ann',
      priority: expect.any(Number) as number,
      send: [],
    });
    const contact = { by: 'ann', channel: 'phone', offer: 'a new one' };
    expect(await engine.post(path(id, '/contact'), contact)).toMatchObject({ status: 200, body: contact });
    const done = { by: 'ann', outcome: 'replaced' };
    expect((await engine.post(path(id, '/complete'), done)).status).toBe(200);
    expect((await engine.get(path(id))).body).toMatchObject({ state: 'completed', reason: 'replaced', priority: 0 });
    const again = await engine.post(path(id, '/complete'), done);
    expect(again).toMatchObject({ status: 409, body: problem('task-ended') });
  });

  it('are named with the slash encoded, or as it is', async () => {
    const { id } = await complaint();
    expect((await engine.get(`/v1/tasks/${id}`)).body.id).toBe(id);
    expect((await engine.get(path(id))).body.id).toBe(id);
    expect((await engine.post(`/v1/tasks/${id}/claim`, { by: 'ann' })).status).toBe(200);
    expect((await engine.post(path(id, '/claim'), { by: 'ann' })).status).toBe(200);
  });

  it('are refused, and say why', async () => {
    const { id } = await complaint();
    const claim = (by: string, more = {}) => engine.post(path(id, '/claim'), { by, ...more });
    const first = await claim('ann');
    expect(await claim('ann')).toMatchObject({ status: 200, body: first.body });
    expect(await claim('bob')).toMatchObject({ status: 409, body: problem('task-claimed') });
    expect((await claim('bob', { takeOver: true })).status).toBe(200);
    const unknown = await engine.post(path('o-none/day-30', '/claim'), { by: 'ann' });
    expect(unknown).toMatchObject({ status: 404, body: problem('unknown-task') });
    expect((await engine.get(path('o-none/day-30'))).status).toBe(404);
    const snooze = (until: string) => engine.post(path(id, '/snooze'), { by: 'bob', until });
    expect(await snooze(ago(1))).toMatchObject({ status: 422, body: problem('instant-passed') });
    expect((await snooze('soon')).status).toBe(400);
    expect((await engine.post(path(id, '/contact'), {})).status).toBe(400);
    expect((await engine.post(path(id, '/undo'), { by: 'ann' })).status).toBe(404);
    expect((await engine.request('DELETE', path(id))).status).toBe(405);
  });

  it('are done once for an idempotency key', async () => {
    const { id } = await complaint();
    const key = { 'idempotency-key': fresh('k') };
    const dismiss = () => engine.post(path(id, '/dismiss'), { by: 'ann', reason: 'spam' }, key);
    const first = await dismiss();
    const second = await dismiss();
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('are claimed by one of many who try at once', async () => {
    const { id } = await complaint();
    const names = Array.from({ length: 10 }, (_, i) => `agent-${i}`);
    const answers = await Promise.all(names.map((by) => engine.post(path(id, '/claim'), { by })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
  });

  describe('of reactivation', () => {
    /** A customer who bought a month ago: the first step is due as soon as the clock has ticked. */
    async function lapsed(consents: object): Promise<{ customerId: string; id: string }> {
      const [customerId, orderId] = [fresh('c'), fresh('o')];
      await engine.post('/v1/facts', [
        fact('CustomerRegistered', customerId, { consents }, { occurredAt: ago(31 * DAY) }),
        fact('OrderPlaced', customerId, { orderId, payment: 'paid', amount: 500_000 }, { occurredAt: ago(31 * DAY) }),
      ]);
      const id = `${orderId}/day-30`;
      await eventually(
        () => engine.get(path(id)),
        ({ status }) => status === 200,
      );
      return { customerId, id };
    }

    it('say what is to be sent, and are worked on only with consent', async () => {
      const { id } = await lapsed({ email: true });
      const { body } = await engine.get(path(id));
      expect(body).toMatchObject({ kind: 'reactivation', step: 'day-30', state: 'open', assignee: null });
      expect(body.send.length).toBeGreaterThan(0);
      expect(body.channels).toContain('email');
      const contact = (channel: string) => engine.post(path(id, '/contact'), { by: 'ann', channel });
      expect(await contact('sms')).toMatchObject({ status: 409, body: problem('no-consent') });
      expect((await contact('email')).status).toBe(200);
    });

    it('are suppressed without consent, and nobody can work on them', async () => {
      const { id } = await lapsed({});
      expect(await engine.post(path(id, '/claim'), { by: 'ann' })).toMatchObject({
        status: 409,
        body: { ...problem('task-ended'), detail: expect.stringContaining('suppressed') as unknown },
      });
    });

    it('may be put off beyond their end, and the answer says so', async () => {
      const { id } = await lapsed({ email: true });
      const until = new Date(Date.now() + 90 * DAY).toISOString();
      const { status, body } = await engine.post(path(id, '/snooze'), { by: 'ann', until });
      expect({ status, warnings: body.warnings }).toMatchObject({
        status: 200,
        warnings: [{ code: 'ends-before-waking', message: expect.any(String) as string }],
      });
      expect((await engine.get(path(id))).body).toMatchObject({ state: 'snoozed', snoozedUntil: until });
    });

    it('are contacted no more after an erasure', async () => {
      const { id, customerId } = await lapsed({ email: true });
      const erasure = await engine.post(`/v1/members/${customerId}/erasure`, { reason: 'asked', by: 'ann' });
      expect(erasure.status).toBe(200);
      const contact = await engine.post(path(id, '/contact'), { by: 'ann', channel: 'email' });
      expect(contact).toMatchObject({ status: 409, body: problem('customer-erased') });
    });
  });

  it('are listed by urgency, state, assignee and customer, page by page', async () => {
    const queue = [await complaint(), await complaint(), await complaint()];
    const assignee = fresh('agent');
    for (const { id, customerId } of queue) {
      await engine.post(path(id, '/claim'), { by: assignee });
      if (id === queue[2].id) {
        const grant = { tier: 'diamond', mode: 'exact', reason: 'vip', by: 'ann' };
        await engine.post(`/v1/members/${customerId}/tier-grants`, grant);
      }
    }
    const list = (query: string) => engine.get(`/v1/tasks?${query}`);
    const mine = `assignee=${assignee}&state=claimed,contacted`;
    const { body } = await eventually(
      () => list(mine),
      (answer) => answer.body.items.length === 3 && answer.body.items[0].id === queue[2].id,
    );
    expect(body.items[0].reasons.map(({ code }) => code)).toContain('tier');
    expect(body.items[0].priority).toBeGreaterThan(body.items[1].priority);
    const ids = body.items.map(({ id }) => id);
    const first = (await list(`${mine}&limit=2`)).body;
    const rest = (await list(`${mine}&limit=2&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    expect(rest.nextCursor).toBeNull();
    const byDue = (await list(`${mine}&sort=dueAt&kind=service-recovery`)).body.items.map(({ dueAt }) => dueAt);
    expect(byDue).toEqual([...byDue].sort());
    const nobodys = (await list('assignee=nobody&limit=1000')).body.items;
    expect(nobodys.map((task) => task.assignee).filter((name) => name !== null)).toEqual([]);
    expect((await list(`customerId=${queue[0].customerId}`)).body.items.map(({ id }) => id)).toEqual([queue[0].id]);
    expect((await list('state=gone')).status).toBe(400);
    expect((await list('cursor=x')).status).toBe(400);
  });
});
