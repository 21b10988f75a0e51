import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_PROGRAM } from '@perennial/membership';
import { openStores, tick } from '@perennial/projection';
import { perennial } from './cli-process.js';
import { ago, fact, fresh } from './engine-facts.js';
import { type Body, EngineProcess, eventually } from './engine-process.js';
import { settingsOf } from './stores-under-test.js';

const DAY = 86_400_000;

/** Lets time pass for a store whose engine is down: what the engine would have done first at its next start. */
async function passTime(dataDir: string, days: number): Promise<void> {
  const stores = await openStores(settingsOf(dataDir));
  await tick(stores.log, Date.now() + days * DAY);
  await stores.close();
}

describe('triggers after the engine was down for days', () => {
  let engine: EngineProcess;

  beforeEach(async () => {
    engine = await EngineProcess.start();
    const program = structuredClone(DEFAULT_PROGRAM);
    program.reactivation.holdout.percent = 0;
    program.reactivation.consent = 'assumed';
    expect((await engine.post('/v1/programs', { program })).status).toBe(201);
  });
  afterEach(() => engine.dispose());

  /** A customer who bought this many days ago, once. */
  function buyer(daysAgo: number) {
    const [customerId, orderId] = [fresh('c'), fresh('o')];
    const data = { orderId, payment: 'paid', amount: 10_000 };
    return { customerId, orderId, placed: fact('OrderPlaced', customerId, data, { occurredAt: ago(daysAgo * DAY) }) };
  }

  async function caughtUp(): Promise<void> {
    await eventually(
      () => engine.get('/v1/health'),
      ({ body }) => body.projection.caughtUp,
    );
  }

  /** The whole feed from a cursor on. */
  async function feedAfter(start: string): Promise<Body[]> {
    const items: Body[] = [];
    for (let after = start; ;) {
      const { body } = await engine.get(`/v1/changes?limit=1000&after=${after}`);
      items.push(...body.items);
      if (body.items.length === 0) return items;
      after = body.cursor;
    }
  }

  const stateOf = ({ after }: Body) => (after as { state: string }).state;
  const aboutTasks = (items: Body[]) => items.filter(({ type }) => type.startsWith('task-'));
  const cursor = async () => (await engine.get('/v1/changes/cursor')).body.cursor;
  const states = async (customerId: string) => {
    const { items } = (await engine.get(`/v1/tasks?customerId=${customerId}&sort=dueAt`)).body;
    return items.map(({ id, state }) => [id, state]);
  };

  it('records what ran out meanwhile as expired, and announces each step once, as of when it was', async () => {
    const { customerId, orderId, placed } = buyer(25);
    await engine.post('/v1/facts', placed);
    await caughtUp();
    const before = await cursor();
    await engine.stop();
    await passTime(engine.dataDir, 60);

    await engine.restart();
    await caughtUp();

    expect(await states(customerId)).toEqual([
      [`${orderId}/day-30`, 'expired'],
      [`${orderId}/day-60`, 'expired'],
    ]);
    expect((await engine.get('/v1/tasks?state=open,claimed,contacted,snoozed')).body.items).toEqual([]);
    const told = aboutTasks(await feedAfter(before));
    expect(told.map((item) => [item.subject, item.type, stateOf(item)])).toEqual([
      [`${orderId}/day-30`, 'task-opened', 'open'],
      [`${orderId}/day-30`, 'task-changed', 'expired'],
      [`${orderId}/day-60`, 'task-opened', 'open'],
      [`${orderId}/day-60`, 'task-changed', 'expired'],
    ]);
    for (const { at, type, after } of told) {
      const { dueAt, openUntil } = after as { dueAt: string; openUntil: string };
      // Whoever reads of an opening can tell that it is over already.
      expect(at).toBe(type === 'task-opened' ? dueAt : openUntil);
    }
  });

  it('keeps imported history to itself, and announces what falls due after it', async () => {
    const [old, recent] = [buyer(200), buyer(40)];
    const start = await cursor();
    await engine.stop();
    const file = join(engine.dataDir, 'history.jsonl');
    await writeFile(file, `${JSON.stringify(old.placed)}\n${JSON.stringify(recent.placed)}\n`);
    expect(await perennial(engine.dataDir, ['import', file])).toMatchObject({ code: 0 });
    await engine.restart();
    await caughtUp();
    expect(await states(old.customerId)).toEqual(
      ['day-30', 'day-60', 'day-90'].map((step) => [`${old.orderId}/${step}`, 'expired']),
    );
    expect(await states(recent.customerId)).toEqual([[`${recent.orderId}/day-30`, 'open']]);
    expect(await feedAfter(start)).toEqual([]);
    await engine.stop();
    await passTime(engine.dataDir, 25);

    await engine.restart();
    await caughtUp();

    expect(aboutTasks(await feedAfter(start)).map((item) => [item.subject, item.type, stateOf(item)])).toEqual([
      [`${recent.orderId}/day-30`, 'task-changed', 'expired'],
      [`${recent.orderId}/day-60`, 'task-opened', 'open'],
    ]);
  });

  it('has each change once and under the same id, through kills while it catches up, restarts and a rebuild', async () => {
    const start = await cursor();
    const buyers = Array.from({ length: 400 }, (_, i) => buyer(20 + (i % 30)));
    await engine.post(
      '/v1/facts',
      buyers.map(({ placed }) => placed),
    );
    await engine.stop();
    await passTime(engine.dataDir, 45);
    for (let round = 0; round < 3; round++) {
      await engine.restart();
      await engine.kill();
    }
    await engine.restart();
    await caughtUp();

    const whole = await feedAfter(start);
    const ids = whole.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const opened = whole.filter(({ type }) => type === 'task-opened').map(({ subject }) => subject);
    expect(new Set(opened).size).toBe(opened.length);
    for (const { orderId } of buyers) expect(opened).toContain(`${orderId}/day-30`);

    const text = async () => JSON.stringify((await engine.get(`/v1/changes?limit=1000&after=${start}`)).body);
    const asRead = await text();
    expect(await perennial(engine.dataDir, ['rebuild'])).toMatchObject({ code: 0 });
    expect(await text()).toBe(asRead);
    expect(await feedAfter(start)).toEqual(whole);
    await engine.stop();
    await engine.restart();
    expect(await text()).toBe(asRead);
    await engine.stop();
    expect(await perennial(engine.dataDir, ['verify'])).toMatchObject({ code: 0 });
    // Seven starts of an engine and two of the command line, on whatever machine.
  }, 180_000);
});
