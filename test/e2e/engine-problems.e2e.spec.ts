import { connect } from 'node:net';
import { fact, fresh, order } from './engine-facts.js';
import { type Answer, EngineProcess } from './engine-process.js';

describe('what the engine cannot take', () => {
  let engine: EngineProcess;

  beforeAll(async () => {
    engine = await EngineProcess.start();
  });
  afterAll(() => engine.dispose());

  function expectProblem({ status, headers, body }: Answer, expected: number, type: string): void {
    expect({ status, type: body.type }).toEqual({ status: expected, type: `https://perennial.dev/problems/${type}` });
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(body).toMatchObject({
      status: expected,
      title: expect.any(String) as string,
      detail: expect.any(String) as string,
    });
  }
  const paths = ({ body }: Answer) => body.errors.map(({ path }) => path);

  describe('facts', () => {
    const good = () => order(fresh('c'));
    const withData = (data: object) => ({ ...good(), data: { ...good().data, ...data } });

    it.each([
      ['no object', () => 7, ['']],
      ['null', () => null, ['']],
      ['a text', () => '"fact"', ['']],
      ['missing fields', () => ({}), ['id', 'type', 'customerId', 'occurredAt', 'data']],
      ['wrong types', () => ({ ...good(), id: 7, customerId: {}, data: [] }), ['id', 'customerId', 'data']],
      ['an unknown type', () => ({ ...good(), type: 'Nothing' }), ['type']],
      ['a type that commands leave', () => fact('PointsRedeemed', 'c', { redemptionId: 'd', points: 1 }), ['type']],
      ['a program', () => ({ ...good(), type: 'ProgramPublished' }), ['type']],
      ['a future instant', () => ({ ...good(), occurredAt: '2999-01-01T00:00:00Z' }), ['occurredAt']],
      ['an instant that is none', () => ({ ...good(), occurredAt: '2025-02-30T00:00:00Z' }), ['occurredAt']],
      ['a negative amount', () => withData({ amount: -1 }), ['data.amount']],
      ['a huge amount', () => withData({ amount: 1e300 }), ['data.amount']],
      ['a fraction', () => withData({ amount: 1.5 }), ['data.amount']],
      ['an unknown currency', () => withData({ currency: 'XYZ' }), ['data.currency']],
      ['a discount above the order', () => withData({ orderDiscount: 10_001 }), ['data.orderDiscount']],
      ['a link to oneself', () => fact('IdentityLinked', 'c-self', { aliasId: 'c-self' }), ['data.aliasId']],
      ['an id with spaces', () => ({ ...good(), id: 'a b' }), ['id']],
      ['an id that is too long', () => ({ ...good(), id: 'x'.repeat(129) }), ['id']],
    ])('%s', async (_, body, expected) => {
      const answer = await engine.post('/v1/facts', body());
      expectProblem(answer, 400, 'invalid-request');
      expect(paths(answer)).toEqual(expected);
    });

    it('a natural key or a message id that says something else now', async () => {
      const first = good();
      expect((await engine.post('/v1/facts', first)).status).toBe(202);
      const otherKey = { ...first, id: fresh('m'), data: { ...first.data, amount: 1 } };
      expectProblem(await engine.post('/v1/facts', otherKey), 409, 'fact-conflict');
      expectProblem(await engine.post('/v1/facts', { ...good(), id: first.id }), 409, 'fact-conflict');
    });

    it('a link that has no effect', async () => {
      const [alias, one, two] = [fresh('a'), fresh('c'), fresh('c')];
      expect((await engine.post('/v1/facts', fact('IdentityLinked', one, { aliasId: alias }))).status).toBe(202);
      expectProblem(
        await engine.post('/v1/facts', fact('IdentityLinked', two, { aliasId: alias })),
        409,
        'fact-conflict',
      );
      expectProblem(
        await engine.post('/v1/facts', fact('IdentityLinked', alias, { aliasId: one })),
        409,
        'fact-conflict',
      );
    });

    it('a list in which some are bad: the others are taken', async () => {
      const [one, two] = [good(), good()];
      const taken = { ...one, id: fresh('m'), data: { ...one.data, amount: 1 } };
      const { status, body } = await engine.post('/v1/facts', [one, { id: 'bad' }, null, taken, two]);
      expect(status).toBe(207);
      expect(body.results).toMatchObject([
        { id: one.id, status: 'accepted' },
        { id: 'bad', status: 'invalid', type: 'https://perennial.dev/problems/invalid-request' },
        { id: null, status: 'invalid' },
        { id: taken.id, status: 'conflict', on: 'key', existingId: one.id },
        { id: two.id, status: 'accepted' },
      ]);
      for (const { customerId } of [one, two]) {
        expect((await engine.get(`/v1/members/${customerId}`)).body.purchases).toMatchObject({
          count: 1,
          value: 10_000,
        });
      }
    });

    it('a list without facts, or with too many', async () => {
      expectProblem(await engine.post('/v1/facts', []), 400, 'invalid-request');
      expectProblem(await engine.post('/v1/facts', Array(1001).fill(0)), 413, 'too-many-facts');
    });
  });

  describe('bodies', () => {
    it.each([
      ['broken JSON', '{"id": ', 400, 'invalid-json'],
      ['a forbidden name', '{"__proto__": {}}', 400, 'invalid-json'],
      ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400, 'invalid-utf8'],
      ['10 MB', `{"id":"${'x'.repeat(10_000_000)}"}`, 413, 'body-too-large'],
      ['nesting without end', '['.repeat(200_000), 400, 'invalid-json'],
    ])('%s', async (_, body, status, type) => {
      expectProblem(await engine.post('/v1/facts', body), status, type);
      expectProblem(await engine.post('/v1/members/c/redemptions', body), status, type);
    });

    it('10 MB without a length', async () => {
      const stream = new ReadableStream({
        start(controller) {
          for (let i = 0; i < 10; i++) controller.enqueue(new Uint8Array(1_000_000).fill(32));
          controller.close();
        },
      });
      const init = {
        method: 'POST',
        body: stream,
        duplex: 'half',
        headers: { authorization: `Bearer ${engine.adminKey}`, 'content-type': 'application/json' },
      };
      // The engine may hang up on what it will not read, before its answer is.
      const status = await fetch(`${engine.url}/v1/facts`, init as RequestInit).then(
        (response) => response.status,
        () => 413,
      );
      expect(status).toBe(413);
      expect((await engine.get('/v1/health')).status).toBe(200);
    });

    it('deep but sound JSON', async () => {
      let deep: object = {};
      for (let i = 0; i < 5_000; i++) deep = { deep };
      expectProblem(await engine.post('/v1/facts', { ...order('c'), data: deep }), 400, 'invalid-request');
    });

    it('another media type, or none', async () => {
      expectProblem(
        await engine.post('/v1/facts', 'a=1', { 'content-type': 'text/plain' }),
        415,
        'unsupported-media-type',
      );
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      expectProblem(await engine.post('/v1/keys', 'a=1', form), 415, 'unsupported-media-type');
    });

    it('no body at all', async () => {
      expectProblem(await engine.post('/v1/facts'), 400, 'invalid-request');
      expectProblem(await engine.post('/v1/members/c/redemptions'), 400, 'invalid-request');
      expectProblem(await engine.post('/v1/members/c/redemptions', [1]), 400, 'invalid-request');
    });
  });

  describe('paths, methods and HTTP itself', () => {
    it('a path that there is not', async () => {
      expectProblem(await engine.get('/v1/nothing'), 404, 'not-found');
      expectProblem(await engine.get('/'), 404, 'not-found');
    });

    it('a method that a path does not answer to', async () => {
      const answer = await engine.request('PUT', '/v1/members/c-1');
      expectProblem(answer, 405, 'method-not-allowed');
      expect(answer.headers.get('allow')).toBe('GET, HEAD');
      expectProblem(await engine.get('/v1/facts'), 405, 'method-not-allowed');
      expectProblem(await engine.request('DELETE', '/v1/members/c/redemptions/d/cancel'), 405, 'method-not-allowed');
    });

    it('a broken or overlong URL', async () => {
      expectProblem(await engine.get('/v1/members/%ff'), 400, 'invalid-request');
      expectProblem(await engine.get(`/v1/members/${'x'.repeat(2_000)}`), 414, 'uri-too-long');
      expectProblem(await engine.get(`/v1/members/${'x'.repeat(129)}`), 400, 'invalid-request');
      expectProblem(await engine.get('/v1/members/a%20b'), 400, 'invalid-request');
    });

    it('headers without end, and what is no HTTP', async () => {
      expect(await raw(engine.url, `GET /v1/health HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 431 .*application\/problem\+json/s,
      );
      expect(await raw(engine.url, 'HELLO\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*problems\/bad-http/s);
    });
  });

  describe('queries', () => {
    it.each([
      ['/v1/members?limit=0', 'limit'],
      ['/v1/members?limit=many', 'limit'],
      ['/v1/members?limit=1001', 'limit'],
      ['/v1/members?sort=name', 'sort'],
      ['/v1/members?stage=happy', 'stage'],
      ['/v1/members?cursor=nonsense', 'cursor'],
      ['/v1/members?colour=red', 'colour'],
      ['/v1/members?tier=a&tier=b', 'tier'],
      ['/v1/members/c?asOf=yesterday', 'asOf'],
      ['/v1/members/c?asOf=1&asOf=2', 'asOf'],
      ['/v1/members/c/timeline?until=', 'until'],
    ])('%s', async (path, field) => {
      const answer = await engine.get(path);
      expectProblem(answer, 400, 'invalid-request');
      expect(new Set(paths(answer))).toEqual(new Set([field]));
    });
  });

  describe('commands', () => {
    const member = fresh('c');
    beforeAll(() => engine.post('/v1/facts', order(member)));

    it.each([
      ['redemptions', { points: 0 }, ['points']],
      ['redemptions', { points: -5 }, ['points']],
      ['redemptions', { points: 1e300 }, ['points']],
      ['redemptions', { points: '5' }, ['points']],
      ['redemptions', { points: null }, ['points']],
      ['redemptions', {}, ['points']],
      ['redemptions', { points: 5, redemptionId: 'a b' }, ['redemptionId']],
      ['redemptions', { points: 5, purpos: 'goods' }, ['purpos']],
      ['reservations', { points: 5, expiresAt: 'soon' }, ['expiresAt']],
      ['reservations', { points: 5, expiresAt: '2999-01-01' }, ['expiresAt']],
      ['adjustments', { points: 5 }, ['reason', 'by']],
      ['adjustments', { points: 0, reason: 'r', by: 'b' }, ['points']],
      ['adjustments', { points: 5, reason: '', by: 'b' }, ['reason']],
      ['tier-grants', { tier: 'gold', mode: 'maybe', reason: 'r', by: 'b' }, ['mode']],
      ['tier-grants/revoke', {}, ['reason', 'by']],
    ])('%s %j', async (what, body, expected) => {
      const answer = await engine.post(`/v1/members/${member}/${what}`, body);
      expectProblem(answer, 400, 'invalid-request');
      expect([...new Set(paths(answer))]).toEqual(expected);
    });

    it.each([
      ['redemptions', { points: 1 }, 409, 'insufficient-points'],
      ['redemptions', { points: Number.MAX_SAFE_INTEGER }, 409, 'insufficient-points'],
      ['redemptions/nothing/cancel', undefined, 404, 'unknown-redemption'],
      ['reservations/nothing/commit', undefined, 404, 'unknown-reservation'],
      ['reservations/nothing/release', undefined, 404, 'unknown-reservation'],
      ['adjustments', { points: Number.MAX_SAFE_INTEGER, reason: 'r', by: 'b' }, 422, 'too-many-points'],
      ['tier-grants', { tier: 'jade', mode: 'floor', reason: 'r', by: 'b' }, 422, 'unknown-tier'],
      [
        'tier-grants',
        { tier: 'gold', mode: 'floor', until: '2020-01-01T00:00:00Z', reason: 'r', by: 'b' },
        422,
        'instant-passed',
      ],
      ['tier-grants/revoke', { reason: 'r', by: 'b' }, 409, 'no-grant'],
    ])('%s %j', async (what, body, status, type) => {
      const { length } = (await engine.get(`/v1/members/${member}/timeline`)).body.items;
      expectProblem(await engine.post(`/v1/members/${member}/${what}`, body), status, type);
      expect((await engine.get(`/v1/members/${member}/timeline`)).body.items).toHaveLength(length);
    });

    it('on a member whom nobody knows', async () => {
      expectProblem(await engine.get('/v1/members/nobody'), 404, 'unknown-member');
      expectProblem(await engine.get('/v1/members/nobody/timeline'), 404, 'unknown-member');
      expectProblem(await engine.post('/v1/members/nobody/redemptions', { points: 1 }), 404, 'unknown-member');
      expectProblem(await engine.get(`/v1/members/${member}?asOf=1999-01-01T00:00:00Z`), 404, 'unknown-member');
    });

    it('programs that are not sound', async () => {
      const answer = await engine.post('/v1/programs', { program: { name: 'x' } });
      expectProblem(answer, 422, 'invalid-program');
      expect(paths(answer)).toContain('program.tiers');
      expectProblem(await engine.post('/v1/programs', {}), 400, 'invalid-request');
      expectProblem(await engine.post('/v1/programs', { program: {}, effectiveFrom: 'x' }), 400, 'invalid-request');
      expectProblem(await engine.get('/v1/programs/99'), 404, 'unknown-program-version');
    });
  });
});

/** What comes back on a connection of its own. */
function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk) => (answer += String(chunk)));
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}
