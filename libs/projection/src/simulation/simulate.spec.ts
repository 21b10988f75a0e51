import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customerStream, type EventLog, type NewRecord, openMemoryLog } from '@perennial/event-log';
import { DEFAULT_PROGRAM, naturalKey, type Fact, type Program } from '@perennial/membership';
import { catchUpLive } from '../catch-up.js';
import { ProgramCatalogue } from '../program-catalogue.js';
import { embeddedStores } from '../store-settings.js';
import { openStores } from '../stores.js';
import { DraftError } from './draft.js';
import { openLogForReading } from './log-for-reading.js';
import { simulate } from './simulate.js';

const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 10);
const NOW = START + 100 * DAY;

let made = 0;

function order(customerId: string, amount: number, day: number, more: object = {}): NewRecord {
  const id = `m-${made++}`;
  const fact = {
    id,
    type: 'OrderPlaced',
    customerId,
    occurredAt: START + day * DAY,
    data: { orderId: `o-${id}`, payment: 'paid', amount, ...more },
  } as Fact;
  return {
    ...fact,
    stream: customerStream(customerId),
    schemaVersion: 1,
    recordedAt: NOW,
    source: 'test',
    key: naturalKey(fact),
  };
}

async function publish(log: EventLog, ...versions: [Program, number | null][]): Promise<void> {
  const catalogue = new ProgramCatalogue(log);
  for (const [program, effectiveFrom] of versions) {
    expect(await catalogue.publish(program, { effectiveFrom, now: START, source: 'test' })).toMatchObject({ ok: true });
  }
}

const named = (name: string, more: Partial<Program> = {}): Program => ({ ...DEFAULT_PROGRAM, name, ...more });
/** Twice the points, and silver from half the growth. */
const GENEROUS = named('generous', {
  tiers: DEFAULT_PROGRAM.tiers.map((tier) => ({ ...tier, threshold: tier.threshold / 2 })),
  points: { ...DEFAULT_PROGRAM.points, earn: { points: 2, per: 100 } },
});

async function logOf(facts: NewRecord[]): Promise<EventLog> {
  const log = openMemoryLog();
  await publish(log, [DEFAULT_PROGRAM, null]);
  await log.appendFacts(facts);
  return log;
}

async function refusal(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DraftError);
  return (error as DraftError).errors;
}

describe('a simulation', () => {
  it('shows what is, and what would be under the draft from the beginning', async () => {
    const log = await logOf([order('c-1', 60_000, 0), order('c-2', 10_000, 1), order('c-3', 150_000, 2)]);
    const report = await simulate({ log }, { program: GENEROUS, asOf: NOW });
    expect(report).toMatchObject({
      asOf: new Date(NOW).toISOString(),
      draft: { name: 'generous', from: null, replaces: [1] },
      customers: 3,
      before: {
        members: 3,
        tiers: { bronze: 2, silver: 1, gold: 0, diamond: 0 },
        points: { earned: 2_200, outstanding: 2_200, debt: 0, liability: { available: 2_200, total: 2_200 } },
      },
      after: {
        tiers: { bronze: 1, silver: 2, gold: 0, diamond: 0 },
        points: { earned: 4_400, outstanding: 4_400 },
      },
      tierMoves: {
        matrix: [
          { from: 'bronze', to: 'bronze', members: 1 },
          { from: 'bronze', to: 'silver', members: 1 },
          { from: 'silver', to: 'silver', members: 1 },
        ],
        moved: 1,
        members: [{ customerId: 'c-1', from: 'bronze', to: 'silver' }],
      },
    });
    expect(report.points.gain.map(({ customerId, difference }) => [customerId, difference])).toEqual([
      ['c-3', 1_500],
      ['c-1', 600],
      ['c-2', 100],
    ]);
    expect(report.points.lose).toEqual([]);
  });

  it('counts stages and tasks by step and state', async () => {
    const log = await logOf([order('c-1', 100, 50), order('c-2', 100, 95)]);
    const program = named('sooner', {
      reactivation: {
        ...DEFAULT_PROGRAM.reactivation,
        consent: 'assumed',
        holdout: { percent: 0, salt: 'x' },
        steps: [{ id: 'soon', afterDays: 3, openDays: 90, send: [], channels: ['email'], audience: {} }],
      },
    });
    const { before, after } = await simulate({ log }, { program, asOf: NOW });
    expect(before.stages).toEqual({ cooling: 1, new: 1 });
    expect(before.tasks).toEqual({ 'day-30': { suppressed: 1 } });
    expect(after.tasks).toEqual({ soon: { open: 2 } });
  });

  it('tries a draft from an instant in the past, behind the versions before it', async () => {
    const log = await logOf([order('c-1', 10_000, 0), order('c-1', 10_000, 50)]);
    const { draft, after } = await simulate({ log }, { program: GENEROUS, from: START + 20 * DAY, asOf: NOW });
    expect(draft).toMatchObject({ from: new Date(START + 20 * DAY).toISOString(), replaces: [] });
    expect(after.points.earned).toBe(100 + 200);
  });

  it('compares as of any instant', async () => {
    const log = await logOf([order('c-1', 10_000, 0), order('c-1', 10_000, 50), order('c-2', 10_000, 60)]);
    const past = await simulate({ log }, { program: GENEROUS, asOf: START + 10 * DAY });
    expect(past).toMatchObject({
      customers: 1,
      before: { points: { earned: 100 } },
      after: { points: { earned: 200 } },
    });
    const ahead = await simulate({ log }, { program: GENEROUS, asOf: NOW + 3_000 * DAY });
    expect(ahead).toMatchObject({ customers: 2, before: { stages: { lost: 2 }, points: { outstanding: 0 } } });
  });

  it('leaves out who is no member from the tiers, and shows who would become one', async () => {
    const log = await logOf([order('c-1', 10_000, 0)]);
    const { before, after, tierMoves } = await simulate(
      { log },
      { program: named('asked for', { enrolment: 'explicit' }), asOf: NOW },
    );
    expect([before.members, after.members]).toEqual([1, 0]);
    expect(tierMoves.matrix).toEqual([{ from: 'bronze', to: null, members: 1 }]);
  });

  it('names each exchange rate that orders need and the draft does not have', async () => {
    const log = openMemoryLog();
    await publish(log, [named('rates', { exchangeRates: { USD: 7.1, EUR: 8 } }), null]);
    await log.appendFacts([
      order('c-1', 1_000, 0, { orderId: 'o-usd-1', currency: 'USD' }),
      order('c-1', 1_000, 1, { orderId: 'o-usd-2', currency: 'USD' }),
      order('c-2', 1_000, 2, { orderId: 'o-eur', currency: 'EUR' }),
      order('c-2', 1_000, 3, { currency: DEFAULT_PROGRAM.currency }),
    ]);
    const program = named('no dollars', { exchangeRates: { EUR: 8 } });
    expect(await refusal(simulate({ log }, { program, asOf: NOW }))).toEqual([
      {
        path: 'program.exchangeRates.USD',
        message: 'is missing and needed to value 2 orders, the first of them o-usd-1',
      },
    ]);
    const later = { program, from: START + 5 * DAY, asOf: NOW };
    expect((await simulate({ log }, later)).tierMoves.moved).toBe(0);
  });

  it('says how far it has come', async () => {
    const log = await logOf(Array.from({ length: 2_500 }, (_, n) => order(`c-${n}`, 100, 0)));
    const shares: number[] = [];
    await simulate({ log }, { program: GENEROUS, asOf: NOW, onProgress: ({ share }) => shares.push(share) });
    expect(shares.length).toBeGreaterThan(3);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it('finds nothing in a log without facts', async () => {
    const { customers, before, tierMoves } = await simulate({ log: openMemoryLog() }, { program: GENEROUS, asOf: NOW });
    expect({ customers, members: before.members, moved: tierMoves.moved }).toEqual({
      customers: 0,
      members: 0,
      moved: 0,
    });
  });
});

describe('a simulation on a store', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'perennial-simulation-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const files = () =>
    readdirSync(dir).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(dir, name)))
        .digest('hex'),
    ]);

  it('leaves every file as it was, byte for byte, and no other beside them', async () => {
    const stores = await openStores(embeddedStores(dir));
    await publish(stores.log, [DEFAULT_PROGRAM, null]);
    await stores.log.appendFacts(Array.from({ length: 200 }, (_, n) => order(`c-${n % 40}`, 1_000 * n, n % 90)));
    await catchUpLive(stores.log, stores.stores, stores.leases);
    await stores.close();
    const before = files();

    const log = await openLogForReading(embeddedStores(dir));
    const report = await simulate({ log }, { program: GENEROUS, asOf: NOW });
    await log.close();

    expect(report.tierMoves.moved).toBeGreaterThan(0);
    expect(files()).toEqual(before);
  });

  it('does not make a store where there is none', async () => {
    await expect(openLogForReading(embeddedStores(dir))).rejects.toThrow(`There is no event log in ${dir}`);
    expect(files()).toEqual([]);
  });
});
