/**
 * What a tick of the clock costs that finds 1,000 members with a timer due: beside 99,000 others, and alone, in one run.
 * Needs a build. `MEMBERS` sets how many the large store has (default 100,000).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteLog } from '@perennial/event-log';
import { DEFAULT_PROGRAM } from '@perennial/membership';
import { ProgramCatalogue, Projector, rebuild, tick } from '@perennial/projection';
import { openSqliteReadStores } from '@perennial/read-store';

const MEMBERS = Number(process.env.MEMBERS ?? 100_000);
const DUE = 1_000;
const DAY = 86_400_000;
/** A day's start in UTC, which is the program's zone here. */
const BOUGHT = Date.UTC(2024, 5, 1);
/** Days after the purchase at whose start something falls due: points, stages, steps of the plan and their ends. */
const ROUNDS = [22, 30, 31, 44, 60, 61, 74, 90, 91, 104];
const APPEND = 2_000;

function order(n) {
  // Those of whom nothing is due meanwhile bought 101 to 200 days before.
  const daysBefore = n < DUE ? 0 : 101 + (n % 100);
  const occurredAt = BOUGHT - daysBefore * DAY + (n % 80_000) * 1_000;
  const customerId = `c-${(n * 48_271) % 1_000_003}`;
  return {
    stream: `customer-${customerId}`,
    id: `m-${n}`,
    type: 'OrderPlaced',
    schemaVersion: 1,
    customerId,
    occurredAt,
    recordedAt: BOUGHT + DAY,
    source: 'bench',
    key: `order/o-${n}`,
    announce: false,
    data: { orderId: `o-${n}`, payment: 'paid', amount: 10_000 + (n % 5_003) },
  };
}

async function open(directory, members) {
  const dir = join(directory, String(members));
  const stores = openSqliteReadStores({ dir });
  const log = openSqliteLog({ path: join(dir, 'log.db') });
  const reactivation = { ...DEFAULT_PROGRAM.reactivation, holdout: { percent: 0, salt: 'bench' }, consent: 'assumed' };
  const program = { ...DEFAULT_PROGRAM, timeZone: 'UTC', reactivation };
  await new ProgramCatalogue(log).publish(program, { effectiveFrom: null, now: BOUGHT, source: 'bench' });
  for (let n = 0; n < members; n += APPEND) {
    await log.appendFacts(Array.from({ length: Math.min(APPEND, members - n) }, (_, i) => order(n + i)));
  }
  const { seconds } = await rebuild(log, stores);
  console.log(`${members.toLocaleString('en').padStart(9)} members projected in ${seconds.toFixed(1)} s`);
  const store = await stores.current();
  const projector = await Projector.resume(log, store, { onFailure: 'stop' });
  // The last tasks of those who bought before run out.
  await pass({ log, projector }, BOUGHT + 20 * DAY);
  const close = async () => {
    await log.close();
    await stores.close();
  };
  return { log, store, projector, close };
}

/** Lets time pass. */
async function pass({ log, projector }, at) {
  await tick(log, at);
  await projector.project(await log.readAll({ after: projector.position }));
}

/** Milliseconds from the look of the clock to the commit of everything that fell due. */
async function measure(opened, at) {
  const { store } = opened;
  const due = (await store.dueMembers(at, MEMBERS)).length;
  if (due !== DUE) throw new Error(`${due} members are due, not ${DUE}`);
  const start = performance.now();
  await store.nextDue();
  await pass(opened, at);
  return performance.now() - start;
}

const directory = mkdtempSync(join(tmpdir(), 'tick-bench-'));
try {
  const few = await open(directory, DUE);
  const many = await open(directory, MEMBERS);
  const ratios = [];
  for (const days of ROUNDS) {
    // By turns, so that a slow spell of the machine meets both.
    const alone = await measure(few, BOUGHT + days * DAY);
    const among = await measure(many, BOUGHT + days * DAY);
    ratios.push(among / alone);
    const ms = (value) => `${value.toFixed(1).padStart(7)} ms`;
    console.log(
      `day ${String(days).padStart(3)}: alone ${ms(alone)}   among all ${ms(among)}   ratio ${ratios.at(-1).toFixed(2)}`,
    );
  }
  const median = ratios.toSorted((a, b) => a - b)[ratios.length >> 1];
  console.log(
    `one tick with ${DUE} due, ${MEMBERS.toLocaleString('en')} members ÷ ${DUE}: ${median.toFixed(2)} (median)`,
  );
  await few.close();
  await many.close();
} finally {
  rmSync(directory, { recursive: true });
}
