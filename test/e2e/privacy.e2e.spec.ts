import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fact } from '@perennial/membership';
import { embeddedStores, openStores } from '@perennial/projection';
import { figuresOf, perennial } from './cli-process.js';
import { fact, fresh, order } from './engine-facts.js';
import { EngineProcess, eventually } from './engine-process.js';
import { isEmbedded, itEmbedded, settingsOf } from './stores-under-test.js';

/** What must be nowhere: told by one customer under two ids. */
const SECRETS = [
  'Ann-Sofie Lindqvist',
  'ann.sofie@example.org',
  '+46 70 174 06 05',
  '1990-06-15',
  'my neighbour Gustaf was there',
  'Annie-the-visitor',
];
const [NAME, EMAIL, PHONE, BIRTHDAY, TEXT, NICKNAME] = SECRETS;
const PROFILE = { name: NAME, email: EMAIL, phone: PHONE, birthday: BIRTHDAY };
const GONE = { status: 410, body: { type: 'https://perennial.dev/problems/personal-data-erased' } };

describe('personal data', () => {
  let engine: EngineProcess;
  let backup: string;
  const id = fresh('c');
  const alias = fresh('anon');
  const registration = fact('CustomerRegistered', id, { profile: PROFILE, channel: 'app', consents: { email: true } });
  const review = fact('ReviewSubmitted', id, { reviewId: fresh('rv'), rating: 1, text: TEXT });
  const visitor = fact('ProfileUpdated', alias, { profile: { nickname: NICKNAME } });
  const sent = [
    registration,
    order(id, 123_400, {}),
    review,
    visitor,
    fact('IdentityLinked', id, { aliasId: alias }),
    fact('CustomerRegistered', 'other', { profile: { name: 'Somebody Else' } }),
  ];

  beforeAll(async () => {
    engine = await EngineProcess.start();
    backup = mkdtempSync(join(tmpdir(), 'perennial-backup-'));
    expect((await engine.post('/v1/facts', sent)).status).toBe(202);
  });
  afterAll(async () => {
    await engine.dispose();
    rmSync(backup, { recursive: true });
  });

  /** Which of the secrets stand in any file of the data directory, and in which. */
  function found(dir = engine.dataDir): string[] {
    return readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap((entry) => {
        const bytes = bytesOf(join(entry.parentPath, entry.name));
        // UTF-16 too: it is how an engine may write its memory.
        const holds = (secret: string) => bytes.includes(secret) || bytes.includes(Buffer.from(secret, 'utf16le'));
        return SECRETS.filter(holds).map((secret) => `${secret} in ${entry.name}`);
      });
  }

  /** What a file holds: nothing when it is gone since it was listed, as a journal is after its transaction. */
  function bytesOf(path: string): Buffer {
    try {
      return readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    }
  }

  const caughtUp = () =>
    eventually(
      () => engine.get('/v1/health'),
      ({ body }) => body.projection.caughtUp === (true as unknown),
    );
  const said = (answers: unknown[]) => SECRETS.filter((secret) => JSON.stringify(answers).includes(secret));

  /** Everything that can be computed of everybody, as of an instant that does not move. */
  async function computed(dir = engine.dataDir): Promise<string[]> {
    const asOf = ['--as-of', '2100-01-01T00:00:00Z'];
    const runs = [
      await perennial(dir, ['members', ...asOf, '--format', 'jsonl']),
      await perennial(dir, ['metrics', ...asOf, '--format', 'json']),
    ];
    expect(runs.map(({ code, err }) => [code, err])).toEqual(runs.map(() => [0, '']));
    return runs.map(({ out }) => out);
  }

  /** What an erasure leaves as it was: all but the tasks that it ends. */
  const withoutTasks = ([members, metrics]: string[]) => [
    members.split('\n').map((line) => line.replace(/"tasks":\[.*?\]/, '')),
    metrics.replace(/"steps":\{.*?\}\}\}/, ''),
  ];

  it('is read by who asks for it, and stands in no file', async () => {
    await caughtUp();
    expect((await engine.get(`/v1/members/${id}/profile`)).body).toEqual({
      customerId: id,
      profile: { ...PROFILE, nickname: NICKNAME },
    });
    expect((await engine.get(`/v1/members/${alias}/profile`)).body.customerId).toBe(id);
    expect(await engine.get('/v1/members/nobody-at-all/profile')).toMatchObject({ status: 404 });
    expect(found()).toEqual([]);
    expect(said([engine.said])).toEqual([]);
  });

  it('is in no other answer, and in no problem', async () => {
    const answers = await Promise.all([
      engine.get(`/v1/members/${id}/timeline`),
      engine.get(`/v1/members/${id}`),
      engine.get('/v1/members'),
      engine.get(`/v1/members/${id}/explain?what=tier`),
      engine.post('/v1/facts', { ...registration, data: { profile: { ...PROFILE, name: 'x' } } }),
      engine.post('/v1/facts', { ...registration, id: fresh('m'), data: { profile: NAME } }),
      engine.post('/v1/facts', { ...registration, id: fresh('m'), data: { profile: { birthday: `${BIRTHDAY}T` } } }),
      engine.post('/v1/facts', `{"data":{"name":"${NAME}" "${EMAIL}"}}`),
      engine.post('/v1/facts', `"${EMAIL}`),
      engine.post('/v1/facts', { ...review, data: { ...review.data, text: [TEXT] } }),
      engine.post(`/v1/members/${id}/erasure`, { by: 'bob', reason: 'x', [NAME]: EMAIL }).then(({ status }) => status),
    ]);
    expect(answers.at(-1)).toBe(400);
    expect(said(answers)).toEqual([]);
    const { items } = (await engine.get(`/v1/members/${id}/timeline`)).body;
    const [{ cause }] = items.filter((item) => item.cause.fact?.id === registration.id);
    expect(cause.fact!.data).toEqual({ channel: 'app', consents: { email: true } });
    expect(said([engine.said])).toEqual([]);
  });

  it('told twice is told once', async () => {
    const { body } = await engine.post('/v1/facts', sent);
    expect(body.results.map(({ status }) => status)).toEqual(sent.map(() => 'duplicate'));
  });

  it('is erased by an administrator, once, and everything computed stays as it was', async () => {
    expect(await engine.stop()).toBe(0);
    if (isEmbedded) copyFileSync(join(engine.dataDir, 'log.db'), join(backup, 'log.db'));
    const before = await computed();
    await engine.restart();
    const path = `/v1/members/${alias}/erasure`;
    const body = { by: 'bob', reason: 'asked for it' };
    const { key } = (await engine.post('/v1/keys', { name: 'staff', scopes: ['operate', 'read', 'ingest'] })).body;
    expect((await engine.post(path, body, { authorization: `Bearer ${key}` })).status).toBe(403);
    expect((await engine.post(path, { by: 'bob' })).status).toBe(400);
    expect((await engine.post('/v1/members/nobody-at-all/erasure', body)).status).toBe(404);
    expect((await engine.get(`/v1/members/${id}/profile`)).status).toBe(200);

    const idempotent = { 'idempotency-key': fresh('key') };
    const erased = await engine.post(path, body, idempotent);
    expect(erased).toMatchObject({ status: 200, body: { customerId: id, ...body } });
    expect(await engine.post(path, body, idempotent)).toMatchObject({ status: 200, body: erased.body });
    expect(await engine.post(path, body)).toMatchObject({
      status: 409,
      body: { type: 'https://perennial.dev/problems/already-erased' },
    });
    for (const asked of [id, alias]) expect(await engine.get(`/v1/members/${asked}/profile`)).toMatchObject(GONE);
    expect((await engine.get('/v1/members/other/profile')).body.profile).toEqual({ name: 'Somebody Else' });
    await caughtUp();
    expect(await engine.stop()).toBe(0);
    expect(withoutTasks(await computed())).toEqual(withoutTasks(before));
    expect(found()).toEqual([]);
  });

  itEmbedded('cannot be read in a copy of the log from before', async () => {
    const aside = mkdtempSync(join(tmpdir(), 'perennial-aside-'));
    for (const file of readdirSync(engine.dataDir)) {
      if (!file.startsWith('log.') && !file.startsWith('read'))
        copyFileSync(join(engine.dataDir, file), join(aside, file));
    }
    copyFileSync(join(backup, 'log.db'), join(aside, 'log.db'));

    const stores = await openStores(embeddedStores(aside));
    const records = await stores.log.readAll();
    expect(records.some(({ type }) => type === 'PersonalDataErased')).toBe(false);
    expect(records.map((record) => record.id)).toEqual(expect.arrayContaining(sent.map((one) => one.id)));
    for (const asked of [id, alias]) expect(await stores.profiles.read(asked)).toEqual({ status: 'erased' });
    await stores.close();
    const { code, out } = await perennial(aside, ['export']);
    expect(code).toBe(0);
    expect(out).toContain('Somebody Else');
    expect(said([out])).toEqual([]);
    expect(found(aside)).toEqual([]);
    rmSync(aside, { recursive: true });
  });

  it('is not kept when it comes after the erasure; the fact is', async () => {
    await engine.restart();
    const late = [
      fact('ProfileUpdated', id, { profile: { email: EMAIL } }),
      fact('CustomerRegistered', alias, { profile: { nickname: NICKNAME } }),
      fact('ReviewSubmitted', id, { reviewId: fresh('rv'), rating: 5, text: TEXT }),
    ];
    expect((await engine.post('/v1/facts', late)).status).toBe(202);
    const { body } = await engine.post('/v1/facts', [...sent, ...late]);
    expect(body.results.map(({ status }) => status)).toEqual([...sent, ...late].map(() => 'duplicate'));
    expect(await engine.get(`/v1/members/${id}/profile`)).toMatchObject(GONE);
    await caughtUp();
    expect(found()).toEqual([]);
    expect(said([engine.said])).toEqual([]);
    expect(await engine.stop()).toBe(0);
  });

  it('is missed by no rebuild', async () => {
    const before = await computed();
    expect((await perennial(engine.dataDir, ['verify'])).code).toBe(0);
    expect((await perennial(engine.dataDir, ['rebuild'])).code).toBe(0);
    expect((await perennial(engine.dataDir, ['verify'])).code).toBe(0);
    expect(await computed()).toEqual(before);
    expect(found()).toEqual([]);
  });

  it.each([
    ['in the clear', []],
    ['without it', ['--without-personal-data']],
  ])('is not missed where facts are exported %s and imported', async (_, how) => {
    const other = mkdtempSync(join(tmpdir(), 'perennial-other-'));
    const file = join(other, 'facts.jsonl');
    expect((await perennial(engine.dataDir, ['export', file, ...how])).code).toBe(0);
    const text = readFileSync(file, 'utf8');
    expect(said([text])).toEqual([]);
    expect(text).toContain('--06-15');
    expect(text.includes('Somebody Else')).toBe(how.length === 0);
    const dir = join(other, 'data');
    expect((await perennial(dir, ['import', file, '--strict'])).code).toBe(0);
    expect(await computed(dir)).toEqual(await computed());
    // And what was exported is nothing new where it came from.
    const again = await perennial(engine.dataDir, ['import', file, '--strict']);
    const known = text.trim().split('\n').length;
    if (how.length === 0) expect(figuresOf(again.out)).toMatchObject({ added: 0, 'already there': known });
    const stores = await openStores(settingsOf(dir));
    const profile = how.length === 0 ? { name: 'Somebody Else' } : {};
    expect(await stores.profiles.read('other')).toMatchObject({ status: 'known', profile });
    expect(await stores.profiles.read(id)).toEqual({ status: 'erased' });
    await stores.close();
    rmSync(other, { recursive: true });
  });

  it('is gone after the next start when an erasure was cut off before the key was destroyed', async () => {
    const customerId = fresh('c');
    const told = fact('CustomerRegistered', customerId, { profile: PROFILE });
    await engine.restart();
    expect((await engine.post('/v1/facts', told)).status).toBe(202);
    await engine.kill();
    const stream = `customer-${customerId}`;
    const stores = await openStores(settingsOf(engine.dataDir));
    const stored = (await stores.log.findById(told.id)) as unknown as Fact;
    const erasure = { type: 'PersonalDataErased', data: { by: 'bob', reason: 'asked' }, source: 'test' };
    const common = {
      id: fresh('m'),
      customerId,
      stream,
      schemaVersion: 1,
      occurredAt: Date.now(),
      recordedAt: Date.now(),
    };
    await stores.log.append(stream, [{ ...erasure, ...common }], 0);
    expect(await stores.personalData.reveal(stored)).toMatchObject({ state: 'whole', data: { profile: PROFILE } });
    await engine.restart();
    expect(await stores.personalData.reveal(stored)).toMatchObject({ state: 'erased' });
    await stores.close();
  });

  it('is erased on the command line beside a running engine', async () => {
    const customerId = fresh('c');
    await engine.post('/v1/facts', fact('CustomerRegistered', customerId, { profile: PROFILE }));
    expect((await engine.get(`/v1/members/${customerId}/profile`)).body.profile).toEqual(PROFILE);
    const erase = ['erase', customerId, '--by', 'bob', '--reason', 'asked'];
    expect(await perennial(engine.dataDir, erase)).toMatchObject({ code: 0, out: `${customerId} is erased\n` });
    expect(await engine.get(`/v1/members/${customerId}/profile`)).toMatchObject(GONE);
    expect((await perennial(engine.dataDir, erase)).code).toBe(1);
    expect((await perennial(engine.dataDir, ['erase', 'nobody-at-all', '--by', 'b', '--reason', 'r'])).code).toBe(1);
    expect(found()).toEqual([]);
  });

  it('does not start with another master key, and says so', async () => {
    expect(await engine.stop()).toBe(0);
    const path = join(engine.dataDir, 'master.key');
    const key = readFileSync(path);
    writeFileSync(path, `${Buffer.alloc(32, 1).toString('base64')}\n`);
    await expect(engine.restart()).rejects.toThrow(/could not start: .*is not the master key that the keys/);
    writeFileSync(path, key);
    await engine.restart();
    expect((await engine.get('/v1/members/other/profile')).status).toBe(200);
  });
});
