import { ago, fact, fresh, order } from './engine-facts.js';
import { type Answer, EngineProcess, eventually } from './engine-process.js';

const DAY = 86_400_000;

describe('the feed of changes over HTTP', () => {
  let engine: EngineProcess;

  beforeAll(async () => {
    engine = await EngineProcess.start();
  });
  afterAll(() => engine.dispose());

  const read = (query: Record<string, string | number> = {}) => {
    const parameters = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
    return engine.get(`/v1/changes?${parameters.toString()}`);
  };
  const now = async () => (await engine.get('/v1/changes/cursor')).body.cursor;
  const types = ({ body }: Answer) => body.items.map(({ type }) => type);

  /** Everything that was announced of a customer after a cursor, when this has come. */
  const announced = (customerId: string, after: string, last: string) =>
    eventually(
      async () => (await read({ after, limit: 1_000 })).body.items.filter((item) => item.customerId === customerId),
      (items) => items.some(({ type }) => type === last),
    );

  it('tells what a fact changed, with the fact as its cause and instants as ISO 8601', async () => {
    const [after, id] = [await now(), fresh('c')];
    const placed = order(id, 200_000);
    await engine.post('/v1/facts', placed);
    const items = await announced(id, after, 'tier-changed');
    const { id: changeId, ...change } = items.find(({ type }) => type === 'tier-changed')!;
    expect(changeId).toMatch(new RegExp(`^\\d+-\\d+-${id}$`));
    expect(change).toEqual({
      type: 'tier-changed',
      customerId: id,
      at: placed.occurredAt,
      cause: { fact: placed.id },
      programVersion: 1,
      subject: id,
      before: { effective: 'bronze', earned: 'bronze', since: placed.occurredAt, until: null },
      after: {
        effective: 'silver',
        earned: 'silver',
        since: placed.occurredAt,
        until: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      },
      details: null,
    });
  });

  it('is read on by its cursors, each change once', async () => {
    const start = await now();
    const ids = Array.from({ length: 30 }, () => fresh('c'));
    await engine.post(
      '/v1/facts',
      ids.map((id) => order(id)),
    );
    await announced(ids[29], start, 'stage-changed');
    const whole = (await read({ after: start, limit: 1_000 })).body;
    const pieces: string[] = [];
    for (let after = start; ;) {
      const { body } = await read({ after, limit: 7 });
      pieces.push(...body.items.map(({ id }) => id));
      after = body.cursor;
      if (body.items.length === 0) break;
    }
    expect(pieces).toEqual(whole.items.map(({ id }) => id));
    expect(new Set(pieces).size).toBe(pieces.length);
    const first = (await read({ limit: 1 })).body;
    expect((await read({ limit: 1 })).body).toEqual(first);
  });

  it('is narrowed to types, and says what is wrong with a question', async () => {
    const after = await now();
    const id = fresh('c');
    await engine.post('/v1/facts', [order(id), fact('ReviewSubmitted', id, { reviewId: fresh('rv'), rating: 1 })]);
    await announced(id, after, 'task-opened');
    expect(types(await read({ after, types: 'bad-review,task-opened' }))).toEqual(['bad-review', 'task-opened']);
    const wrong: Record<string, string | number>[] = [
      { types: 'x' },
      { after: 'x' },
      { limit: 0 },
      { limit: 1_001 },
      { wait: 31 },
      { wait: 'x' },
    ];
    for (const query of wrong) expect((await read(query)).status).toBe(400);
  });

  it('needs a key that may read', async () => {
    const { key } = (await engine.post('/v1/keys', { name: fresh('shop'), scopes: ['ingest'] })).body;
    for (const path of ['/v1/changes', '/v1/changes/cursor']) {
      expect((await engine.get(path, { authorization: `Bearer ${key}` })).status).toBe(403);
    }
  });

  describe('waiting for what comes', () => {
    it('is answered when it comes, however many wait', async () => {
      const after = await now();
      const waiting = Array.from({ length: 200 }, () => read({ after, wait: 30, types: 'member-enrolled' }));
      const id = fresh('c');
      await engine.post('/v1/facts', order(id));
      for (const answer of await Promise.all(waiting)) {
        expect(answer.status).toBe(200);
        expect(answer.body.items.map(({ customerId }) => customerId)).toContain(id);
      }
    });

    it('is answered with nothing when nothing came, and goes on from there', async () => {
      const after = await now();
      const { status, body } = await read({ after, wait: 0.05, types: 'member-merged' });
      expect({ status, items: body.items }).toEqual({ status: 200, items: [] });
      const id = fresh('c');
      await engine.post('/v1/facts', order(id));
      const next = await read({ after: body.cursor, wait: 30 });
      expect(next.body.items.map(({ customerId }) => customerId)).toContain(id);
    });

    it('is answered at once when there is something already', async () => {
      const after = await now();
      const id = fresh('c');
      await engine.post('/v1/facts', order(id));
      await announced(id, after, 'stage-changed');
      expect(types(await read({ after, wait: 30, types: 'member-enrolled' }))).toEqual(['member-enrolled']);
    });

    it('tells what time brings about, too', async () => {
      const [id, reviewId] = [fresh('c'), fresh('rv')];
      await engine.post('/v1/facts', [order(id), fact('ReviewSubmitted', id, { reviewId, rating: 1 })]);
      const snooze = { by: 'ann', until: new Date(Date.now() + 1_500).toISOString() };
      const task = `/v1/tasks/${reviewId}/service-recovery`;
      expect((await engine.post(`${task}/snooze`, snooze)).status).toBe(200);
      const wakes = async () => {
        for (let after = await now(); ;) {
          const { body } = await read({ after, wait: 30, types: 'task-changed' });
          const woken = body.items.find(({ customerId, cause }) => customerId === id && cause.timer !== undefined);
          if (woken) return woken;
          after = body.cursor;
        }
      };
      expect(await wakes()).toMatchObject({ at: snooze.until, after: { state: 'open' } });
    });

    it('does not keep the engine from ending', async () => {
      const waiting = read({ after: await now(), wait: 30, types: 'member-merged' });
      await read();
      expect(await engine.stop()).toBe(0);
      expect(await waiting).toMatchObject({ status: 200, body: { items: [] } });
      await engine.restart();
    });
  });

  it('goes on from a snapshot of all members', async () => {
    const [early, late] = [fresh('c'), fresh('c')];
    await engine.post('/v1/facts', order(early));
    const page = await eventually(
      async () => (await engine.get('/v1/members?limit=1000')).body,
      ({ items }) => items.some(({ customerId }) => customerId === early),
    );
    await engine.post('/v1/facts', order(late));
    const items = await announced(late, page.cursor, 'stage-changed');
    expect(items.map(({ type }) => type)).toContain('member-enrolled');
  });

  it('tells of what was late as corrections, with the late fact as their cause', async () => {
    const id = fresh('c');
    const before = await now();
    await engine.post('/v1/facts', order(id, 1_000));
    await announced(id, before, 'stage-changed');
    const after = await now();
    const late = order(id, 500_000, { occurredAt: ago(2 * DAY) });
    await engine.post('/v1/facts', late);
    const items = await announced(id, after, 'correction');
    expect(new Set(items.map(({ type }) => type))).toEqual(new Set(['correction']));
    expect(items.every(({ cause }) => (cause.fact as unknown) === late.id)).toBe(true);
  });
});
