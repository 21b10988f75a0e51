import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemoryLog } from '@perennial/event-log';
import { DEFAULT_PROGRAM, type Fact, type Link, ProgramHistory } from '@perennial/membership';
import { PersonalData } from '@perennial/privacy';
import { FactIntake, type FactResult, type IntakeOptions, type ProgramSource } from './fact-intake.js';

const NOW = Date.parse('2025-02-01T00:00:00Z');
const API: IntakeOptions = { now: NOW, announce: true, from: 'api' };
const IMPORT: IntakeOptions = { now: NOW, announce: false, from: 'import' };

function visit(id: string, more: object = {}) {
  return { id, type: 'VisitRecorded', customerId: 'c-1', occurredAt: '2025-01-01T00:00:00Z', data: {}, ...more };
}

function order(id: string, data: object) {
  return { ...visit(id), type: 'OrderPlaced', data: { orderId: `o-${id}`, payment: 'paid', amount: 100, ...data } };
}

function link(id: string, aliasId: string, customerId: string) {
  return { ...visit(id), type: 'IdentityLinked', customerId, data: { aliasId } };
}

/** Programs that are published when somebody asks for one. */
class Programs implements ProgramSource {
  published: ProgramHistory | null = null;

  history() {
    return Promise.resolve(this.published);
  }

  ensure() {
    this.published ??= new ProgramHistory([{ version: 1, effectiveFrom: null, program: DEFAULT_PROGRAM }]);
    return Promise.resolve(this.published);
  }
}

let dir: string;
let opened: PersonalData[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'perennial-intake-'));
  opened = [];
});
afterEach(async () => {
  for (const personalData of opened) await personalData.close();
  rmSync(dir, { recursive: true });
});

function setUp(known: Link[] = []) {
  const log = openMemoryLog();
  const programs = new Programs();
  const links = () => Promise.resolve(known);
  const personalData = new PersonalData({
    path: join(dir, 'keys.db'),
    master: { path: join(dir, 'master.key') },
    log,
    links,
  });
  opened.push(personalData);
  return { log, programs, personalData, intake: new FactIntake(log, programs, { personalData, links }) };
}

describe('the door for facts', () => {
  it('stores facts as sent, in the stream of the id as sent', async () => {
    const { log, intake } = setUp();

    const data = { sessionId: 's-1', anything: { nested: [1] } };
    const results = await intake.take([visit('v-1', { source: 'shop', data }), visit('v-2')], IMPORT);

    expect(results).toEqual([
      { status: 'accepted', id: 'v-1', position: 1 },
      { status: 'accepted', id: 'v-2', position: 2 },
    ]);
    expect(await log.readStream('customer-c-1')).toMatchObject([
      { id: 'v-1', customerId: 'c-1', schemaVersion: 1, recordedAt: NOW, source: 'shop', announce: false, data },
      { id: 'v-2', source: 'import' },
    ]);
  });

  it('judges each fact by itself and answers in order', async () => {
    const { intake } = setUp();
    const results = await intake.take(
      [visit('v-1'), null, visit('bad id'), visit('v-1'), visit('v-1', { data: { page: '/' } })],
      API,
    );
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'invalid', 'invalid', 'duplicate', 'conflict']);
    expect(results[1]).toMatchObject({ id: null });
    expect(results[2]).toMatchObject({ id: 'bad id' });
    expect(results[4]).toMatchObject({ on: 'id', existingId: 'v-1' });
  });

  it('knows a fact by its natural key under another message id', async () => {
    const { intake } = setUp();
    await intake.take([order('1', {})], API);
    const again = { ...order('1', {}), id: '2' };
    expect(await intake.take([again], API)).toMatchObject([{ status: 'accepted', id: '2', repeats: '1' }]);
    const other = { ...order('1', { amount: 5 }), id: '3' };
    expect(await intake.take([other], API)).toMatchObject([
      { status: 'conflict', id: '3', on: 'key', existingId: '1' },
    ]);
  });

  it.each([
    ['a currency without a rate', { currency: 'XTS' }, 'data.currency'],
    ['a discount larger than the order', { orderDiscount: 101 }, 'data.orderDiscount'],
    [
      'a discount larger than its line',
      { amount: undefined, lines: [{ sku: 's', quantity: 1, unitPrice: 5, discount: 6 }] },
      'data.lines[0].discount',
    ],
  ])('refuses an order with %s', async (_what, data, path) => {
    const { log, intake } = setUp();
    expect(await intake.take([order('1', data)], API)).toMatchObject([
      { status: 'invalid', id: '1', errors: [{ path }] },
    ]);
    expect(await log.head()).toBe(0);
  });

  it('values an order under the version in force when it was placed', async () => {
    const { programs, intake } = setUp();
    const rated = { ...DEFAULT_PROGRAM, exchangeRates: { EUR: 7.5 } };
    programs.published = new ProgramHistory([
      { version: 1, effectiveFrom: null, program: DEFAULT_PROGRAM },
      { version: 2, effectiveFrom: Date.parse('2025-01-01T00:00:00Z'), program: rated },
    ]);
    const early = { ...order('1', { currency: 'EUR' }), occurredAt: '2024-12-31T23:59:59.999Z' };
    const results = await intake.take([early, order('2', { currency: 'EUR' })], API);
    expect(results.map(({ status }) => status)).toEqual(['invalid', 'accepted']);
  });

  it('publishes the shipped default before the first sound fact, and not for an unsound one', async () => {
    const { programs, intake } = setUp();
    await intake.take([visit('bad id')], API);
    expect(programs.published).toBeNull();
    await intake.take([visit('v-1')], API);
    expect(programs.published?.program(0)).toBe(DEFAULT_PROGRAM);
  });

  it('takes what commands decide from an import only', async () => {
    const { intake } = setUp();
    const redeemed = { ...visit('r-1'), type: 'PointsRedeemed', data: { redemptionId: 'r-1', points: 5 } };
    expect(await intake.take([redeemed], API)).toMatchObject([{ status: 'invalid', errors: [{ path: 'type' }] }]);
    expect(await intake.take([redeemed], IMPORT)).toMatchObject([{ status: 'accepted' }]);
  });

  it.each(['ProgramPublished', 'ClockTicked'])('takes no %s', async (type) => {
    const { intake } = setUp();
    expect(await intake.take([{ ...visit('x'), type }], IMPORT)).toMatchObject([{ status: 'invalid' }]);
  });

  it('refuses a source that cannot be stored as sent', async () => {
    const { intake } = setUp();
    expect(await intake.take([visit('v-1', { source: '\ud800' })], API)).toMatchObject([
      { status: 'invalid', errors: [{ path: 'source' }] },
    ]);
  });
});

describe('links at the door', () => {
  const known: Link[] = [{ factId: 'l-0', aliasId: 'a', customerId: 'b', occurredAt: 0 }];

  it('refuses a link through the API that would have no effect', async () => {
    const { intake } = setUp(known);
    const results = await intake.take([link('l-1', 'a', 'c'), link('l-2', 'b', 'a'), link('l-3', 'x', 'x')], API);
    expect(results).toMatchObject([
      { status: 'conflict', id: 'l-1', on: 'link', existingId: 'l-0' },
      { status: 'conflict', id: 'l-2', on: 'link', existingId: 'l-0' },
      { status: 'invalid', id: 'l-3', errors: [{ path: 'data.aliasId' }] },
    ]);
  });

  it('judges links of one call against each other', async () => {
    const { intake } = setUp();
    const results = await intake.take([link('l-1', 'a', 'b'), link('l-2', 'b', 'c'), link('l-3', 'c', 'a')], API);
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'conflict']);
  });

  it('takes the same link again', async () => {
    const { intake } = setUp(known);
    expect(await intake.take([link('l-1', 'a', 'b')], API)).toMatchObject([{ status: 'accepted' }]);
  });

  it('takes every link but one to itself from an import', async () => {
    const { intake } = setUp(known);
    const results = await intake.take([link('l-1', 'a', 'c'), link('l-2', 'b', 'a'), link('l-3', 'x', 'x')], IMPORT);
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'invalid']);
  });
});

describe('personal data at the door', () => {
  const profile = { name: 'Ann', birthday: '1990-06-15' };
  const registration = (id: string, more: object = {}) => ({
    ...visit(id),
    type: 'CustomerRegistered',
    data: { profile, ...more },
  });
  const review = (id: string, text?: string) => ({
    ...visit(id),
    type: 'ReviewSubmitted',
    data: { reviewId: 'rv-1', rating: 5, ...(text !== undefined && { text }) },
  });
  const erasure = { ...visit('e-1'), type: 'PersonalDataErased', data: { by: 'bob', reason: 'asked' } };
  const statuses = (results: FactResult[]) => results.map(({ status }) => status);

  it('goes into the log sealed', async () => {
    const { log, intake } = setUp();
    await intake.take([registration('r-1', { channel: 'app' }), review('v-1', 'Ann was here')], API);
    const records = await log.readAll();
    expect(JSON.stringify(records)).not.toMatch(/Ann|1990/);
    expect(records).toMatchObject([{ data: { channel: 'app' } }, { data: { reviewId: 'rv-1', rating: 5 } }]);
  });

  it('makes no difference to what is told twice, and what contradicts', async () => {
    const { intake } = setUp();
    await intake.take([registration('r-1'), review('v-1', 'Ann was here')], API);
    const again = [registration('r-1'), review('v-1', 'Ann was here'), review('v-2', 'Ann was here')];
    expect(await intake.take(again, API)).toMatchObject([
      { status: 'duplicate' },
      { status: 'duplicate' },
      { status: 'accepted', repeats: 'v-1' },
    ]);
    const other = [
      { ...registration('r-1'), data: { profile: { ...profile, birthday: '1991-06-15' } } },
      { ...registration('r-1'), data: {} },
      review('v-1', 'Bob was here'),
      review('v-3'),
    ];
    const results = await intake.take(other, API);
    expect(statuses(results)).toEqual(['conflict', 'conflict', 'conflict', 'conflict']);
    expect(JSON.stringify(results)).not.toMatch(/Ann|Bob|1990/);
  });

  it('is told apart to the end of an import, also where its customer is erased in it', async () => {
    const { intake } = setUp();
    const changed = { ...registration('r-1'), data: { profile: { name: 'Bob' } } };
    const results = await intake.take([registration('r-1'), erasure, registration('r-1'), changed], IMPORT);
    expect(statuses(results)).toEqual(['accepted', 'accepted', 'duplicate', 'conflict']);
  });

  it('is compared by what is left once it was erased', async () => {
    const { log, intake } = setUp();
    await intake.take([registration('r-1'), review('v-1', 'Ann was here'), erasure], IMPORT);
    await intake.settle();
    const before = await log.head();
    const withheld = { ...registration('r-1'), data: { profile: { birthday: '--06-15' } } };
    const again = [registration('r-1'), withheld, review('v-1', 'Ann was here'), review('v-1'), erasure];
    expect(statuses(await intake.take(again, IMPORT))).toEqual(again.map(() => 'duplicate'));
    const other = [
      registration('r-1', { channel: 'app' }),
      { ...registration('r-1'), data: { profile: { birthday: '1990-06-16' } } },
    ];
    expect(statuses(await intake.take(other, IMPORT))).toEqual(['conflict', 'conflict']);
    expect(await log.head()).toBe(before);
  });

  it('that comes after the erasure is left out, and told apart no more', async () => {
    const { log, intake } = setUp();
    await intake.take([erasure], IMPORT);
    await intake.settle();
    expect(statuses(await intake.take([registration('r-1')], API))).toEqual(['accepted']);
    expect(await log.readAll({ after: 1 })).toMatchObject([{ data: { $personal: { erased: true } } }]);
    expect(JSON.stringify(await log.readAll())).not.toMatch(/Ann|1990/);
    expect(statuses(await intake.take([registration('r-1')], API))).toEqual(['duplicate']);
  });

  it('of somebody whom the API links to an erased customer is destroyed with the answer', async () => {
    const { log, personalData, intake } = setUp([{ factId: 'l-1', aliasId: 'c-1', customerId: 'c-2', occurredAt: 0 }]);
    const c2 = { ...registration('r-2'), customerId: 'c-2' };
    await intake.take([registration('r-1'), c2, { ...erasure, customerId: 'c-2' }], IMPORT);
    await intake.take([link('l-1', 'c-1', 'c-2')], API);
    const [first] = await log.readAll();
    expect((await personalData.reveal(first as unknown as Fact)).state).toBe('erased');
  });

  it('cannot pretend to be sealed', async () => {
    const { intake } = setUp();
    const forged = { ...visit('v-1'), data: { $personal: { mac: 'x' } } };
    expect(await intake.take([forged], API)).toMatchObject([
      { status: 'invalid', errors: [{ path: 'data.$personal' }] },
    ]);
  });

  it.each([
    ['CustomerRegistered', { profile: 13_800_138_000 }],
    ['ProfileUpdated', { profile: { birthday: 19_900_615 } }],
    ['ReviewSubmitted', { reviewId: 'r', rating: 5, text: 13_800_138_000 }],
  ])('is not named where a %s is refused for it', async (type, data) => {
    const { intake } = setUp();
    const [result] = await intake.take([{ ...visit('x'), type, data }], API);
    expect(result.status).toBe('invalid');
    expect(JSON.stringify(result)).not.toMatch(/1380013|19900615/);
  });
});
