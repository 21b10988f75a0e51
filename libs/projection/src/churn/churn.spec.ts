import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customerStream } from '@perennial/event-log';
import { DAY_MS, DEFAULT_PROGRAM, type FactDataByType } from '@perennial/membership';
import { seededRandom } from '../../../../test/histories/seeded-random.js';
import { embeddedStores } from '../store-settings.js';
import { openStores, type Stores } from '../stores.js';
import { CHURN_SOURCE } from './assessment.js';
import { backtestLog } from './backtest-log.js';
import { fitModel } from './fit-model.js';
import { FileFitStore } from './file-fit-store.js';
import type { KeptFit } from './kept-fit.js';
import { readMemberChurn } from './member-churn.js';
import { fitAndScore } from './nightly.js';
import { scoreCustomers } from './score-customers.js';

const START = Date.UTC(2025, 0, 1, 12);
const at = (day: number) => START + day * DAY_MS;
const LATER = at(2_000);

describe('churn over a log', () => {
  let dir: string;
  let stores: Stores;
  let fits: FileFitStore;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-churn-'));
    stores = await openStores(embeddedStores(dir));
    fits = new FileFitStore(dir);
  });
  afterEach(async () => {
    await stores.close();
    rmSync(dir, { recursive: true, force: true });
  });

  function record(
    customerId: string,
    id: string,
    type: 'OrderPlaced' | 'ChurnRiskAssessed',
    occurredAt: number,
    data: object,
    source = 'shop',
  ) {
    const stream = customerStream(customerId);
    return { stream, id, type, schemaVersion: 1, customerId, occurredAt, recordedAt: LATER, source, data };
  }
  const order = (customerId: string, day: number, amount = 1_500) => {
    const orderId = `${customerId}-${day}`;
    return record(customerId, orderId, 'OrderPlaced', at(day), { orderId, payment: 'paid', amount });
  };
  async function assessedOutside(customerId: string, day: number, probabilityAlive: number) {
    const data: FactDataByType['ChurnRiskAssessed'] = { model: 'other', probabilityAlive };
    const id = `outside-${customerId}-${day}`;
    await stores.log.appendFacts([record(customerId, id, 'ChurnRiskAssessed', at(day), data, 'elsewhere')]);
  }

  /** Forty buyers of whom every second one stays, over 200 days, and one who comes every week until day 120. */
  async function shop() {
    await stores.catalogue.ensure(START);
    const random = seededRandom(2);
    const orders = [];
    for (let i = 0; i < 40; i++) {
      const until = i % 2 === 0 ? 200 : 40;
      const days = new Set<number>();
      for (let day = 20 * random.uniform(); day < until; day += random.exponential(1 / 20)) days.add(Math.floor(day));
      for (const day of days) orders.push(order(`c-${i}`, day, 1_000 + Math.floor(2_000 * random.uniform())));
    }
    for (let day = 1; day <= 120; day += 7) orders.push(order('weekly', day));
    await stores.log.appendFacts(orders);
  }

  async function fit(asOf: number): Promise<KeptFit> {
    const result = await fitModel(stores, { asOf, now: LATER });
    if (!result.ok) throw new Error(result.reason);
    return fits.add(result.fit);
  }
  const run = (kept: KeptFit, day: number, write = true) =>
    scoreCustomers(stores, kept, { asOf: at(day), now: LATER, record: write });
  const assessments = async (customerId: string) =>
    (await stores.log.readStream(customerStream(customerId))).filter(({ type }) => type === 'ChurnRiskAssessed');

  it('fits the program’s model on what was bought by then, with its data and a hold-out', async () => {
    await shop();
    const kept = await fit(at(150));
    expect(kept).toMatchObject({ version: 1, model: 'mbg-nbd', asOf: new Date(at(150)).toISOString() });
    expect(kept.data).toMatchObject({ to: '2025-05-31', buyers: 41 });
    expect(kept.data.from <= '2025-01-03').toBe(true);
    expect(kept.spend.ok).toBe(true);
    expect(kept.holdout).toMatchObject({ from: '2025-04-12', to: '2025-05-31', returnDays: 50 });
    expect((await fit(at(150))).version).toBe(2);
    expect(await new FileFitStore(dir).last()).toMatchObject({ version: 2 });
    expect(await fits.find(1)).toEqual(kept);
    expect(await fits.find(9)).toBeNull();
  });

  it('says why there is no fit', async () => {
    expect(await fits.last()).toBeNull();
    expect(await fitModel(stores, { asOf: START, now: START })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('nobody has bought') as string,
    });
    const program = structuredClone(DEFAULT_PROGRAM);
    program.churn.model = 'crystal-ball';
    await stores.catalogue.publish(program, { effectiveFrom: null, now: START, source: 'test' });
    expect(await fitModel(stores, { asOf: START, now: START })).toMatchObject({ ok: false });
    expect(await fitAndScore(stores, fits, { asOf: START, now: START })).toEqual({
      reason: 'Scores by crystal-ball come from outside',
    });
  });

  it('records an assessment where the band changed, and only there', async () => {
    await shop();
    const kept = await fit(at(150));
    const first = await run(kept, 125);
    expect(first).toMatchObject({ customers: 41, recorded: 41, conflicts: 0 });
    expect(Object.values(first.bands).reduce((sum, n) => sum + n)).toBe(41);
    expect(await run(kept, 126, false)).toMatchObject({ recorded: 0 });
    const again = await run(kept, 125);
    expect(again).toMatchObject({ recorded: 0, alreadyThere: 0 });

    expect(await run(kept, 190)).toMatchObject({ conflicts: 0 });
    const ofWeekly = await assessments('weekly');
    expect(ofWeekly.map(({ data }) => (data as { band: string }).band)).toEqual(['healthy', 'lost']);
    expect(ofWeekly[1]).toMatchObject({
      source: CHURN_SOURCE,
      occurredAt: at(190),
      data: { model: 'mbg-nbd', modelVersion: 'fit-1', horizonDays: 90 },
    });
    const member = await stores.reader.member('weekly', LATER);
    expect(member?.churn).toMatchObject({ model: 'mbg-nbd', band: 'lost' });
  });

  it('writes what a run that was cut off had left, and nothing twice', async () => {
    await shop();
    const kept = await fit(at(150));
    const seen: string[] = [];
    const cutOff = scoreCustomers(stores, kept, { asOf: at(125), now: LATER, record: true }, ({ customerId }) => {
      seen.push(customerId);
      if (seen.length === 20) throw new Error('cut off');
    });
    await expect(cutOff).rejects.toThrow('cut off');
    const { recorded, alreadyThere } = await run(kept, 125);
    expect(recorded + alreadyThere).toBe(41);
    expect(await assessments('c-0')).toHaveLength(1);
  });

  it('lets an assessment from outside stand until its own judgement is another', async () => {
    await shop();
    const kept = await fit(at(150));
    await assessedOutside('weekly', 124, 0.1);
    await run(kept, 125);
    expect(await assessments('weekly')).toHaveLength(1);
    expect((await stores.reader.member('weekly', at(126)))?.churn).toMatchObject({ model: 'other', band: 'lost' });
    await run(kept, 190);
    expect(await assessments('weekly')).toHaveLength(2);
    await assessedOutside('weekly', 191, 0.9);
    await run(kept, 192);
    expect((await stores.reader.member('weekly', at(193)))?.churn).toMatchObject({ model: 'other', band: 'healthy' });
  });

  it('tells of a member what is expected, and how it came about', async () => {
    await shop();
    const kept = await fit(at(150));
    const churn = (await readMemberChurn(stores, kept, 'weekly', at(121)))!;
    expect(churn).toMatchObject({ customerId: 'weekly', band: 'healthy', source: CHURN_SOURCE, assessed: null });
    expect(churn.computed).toMatchObject({
      modelVersion: 'fit-1',
      history: { repeatDays: 17, lastAfter: 119, observed: 120, sinceLast: 1, meanValue: 1_500 },
    });
    const { expectedOrders, expectedValue, expectedSpend } = churn.computed!;
    expect(expectedOrders[90]).toBeGreaterThan(3);
    expect(expectedValue![365]).toBeCloseTo(expectedOrders[365] * expectedSpend!, 8);
    expect(churn.because[0]).toBe(
      'Bought on 18 days since the first purchase 120 days before, the last time 1 day before',
    );

    await assessedOutside('weekly', 120, 0.3);
    const outside = (await readMemberChurn(stores, kept, 'weekly', at(121)))!;
    expect(outside).toMatchObject({ probabilityAlive: 0.3, band: 'at-risk', source: 'elsewhere' });
    expect(outside.computed).toEqual(churn.computed);
    expect(outside.because.at(-1)).toMatch(/by other \(elsewhere\) is the newest/);

    expect(await readMemberChurn(stores, kept, 'nobody', at(121))).toBeNull();
    expect(await readMemberChurn(stores, null, 'weekly', at(110))).toMatchObject({ band: null, computed: null });
  });

  it('fits, keeps, scores and records in one run', async () => {
    await shop();
    const report = await fitAndScore(stores, fits, { asOf: at(150), now: LATER });
    expect(report).toMatchObject({ version: 1, customers: 41, recorded: 41 });
  });

  it('backtests on the log', async () => {
    await shop();
    const splitDay = Math.floor(at(100) / DAY_MS);
    const result = await backtestLog(stores, { splitDay, asOf: at(199) });
    expect(result).toMatchObject({ customers: 41, returnDays: 90 });
    expect(Object.keys(result.models)).toHaveLength(3);
    await expect(backtestLog(stores, { splitDay, asOf: at(50) })).rejects.toThrow(RangeError);
  });
});
