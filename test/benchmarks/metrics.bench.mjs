/**
 * Dashboards on a large store: customers with purchases go through the log into the read store, then metrics are asked
 * for, cold and warm. Needs a build. `CUSTOMERS` (default 250,000) have four purchases each on average; `DATA` keeps the
 * store in a directory and uses it again.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customerStream } from '@perennial/event-log';
import {
  catchUpLive,
  embeddedStores,
  LocalLeases,
  MetricsThread,
  openStores,
  readMetrics,
  tick,
} from '@perennial/projection';

const CUSTOMERS = Number(process.env.CUSTOMERS ?? 250_000);
const BATCH = 5_000;
const ASKED = 15;
const DAY = 86_400_000;
const NOW = Date.now();
const SPAN = 730 * DAY;

let seed = 20_250_131;
const random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;

let made = 0;
function order(customerId, occurredAt, recordedAt = NOW, announce = false) {
  const id = `${NOW}-${made++}`;
  return {
    id: `m-${id}`,
    type: 'OrderPlaced',
    customerId,
    occurredAt,
    recordedAt,
    announce,
    source: 'benchmark',
    schemaVersion: 1,
    stream: customerStream(customerId),
    key: `order/${id}`,
    data: { orderId: `o-${id}`, payment: 'paid', amount: 500 + Math.floor(random() * 30_000) },
  };
}

/** One to seven purchases, the later ones ever less likely to be long ago. */
function* history() {
  for (let customer = 0; customer < CUSTOMERS; customer++) {
    const count = 1 + Math.floor(random() * 7);
    const days = Array.from({ length: count }, () => NOW - DAY - Math.floor(random() * SPAN)).sort((a, b) => a - b);
    for (const occurredAt of days) yield order(`c-${customer}`, occurredAt);
  }
}

function report(label, milliseconds, more = '') {
  const text = milliseconds < 1_000 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds / 1_000).toFixed(2)} s`;
  console.log(`${label.padEnd(58)}${text.padStart(11)}${more && `   ${more}`}`);
}

async function timed(work) {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}

async function fill({ log, stores, catalogue }) {
  await catalogue.ensure(NOW);
  let batch = [];
  for (const record of history()) {
    batch.push(record);
    if (batch.length < BATCH) continue;
    await log.appendFacts(batch);
    batch = [];
  }
  if (batch.length > 0) await log.appendFacts(batch);
  await tick(log, NOW);
  await catchUpLive(log, stores, new LocalLeases());
}

/** Asks several times, each time with something changed before, and prints the median and the slowest. */
async function askedAnew(label, ask, change) {
  const times = [];
  for (let i = 0; i < ASKED; i++) {
    await change(i);
    times.push((await timed(ask))[0]);
  }
  times.sort((a, b) => a - b);
  report(label, times[ASKED >> 1], `slowest ${times.at(-1).toFixed(1)} ms`);
}

const directory = process.env.DATA ?? mkdtempSync(join(tmpdir(), 'metrics-bench-'));
const there = existsSync(join(directory, 'log.db'));
const main = await openStores(embeddedStores(directory));
if (!there) report('through the log into the read store', (await timed(() => fill(main)))[0]);
await catchUpLive(main.log, main.stores, main.leases);

const before = process.memoryUsage().rss;
const thread = MetricsThread.start({
  settings: embeddedStores(directory),
  kind: 'live',
  onTrouble: (error) => console.error(error),
});
const today = Math.floor(NOW / DAY);
const metrics = async (window = null, asOf = null) => {
  const answer = await thread.ask({ what: 'metrics', asOf, window });
  if (answer === null) throw new Error('The thread could not answer');
  return answer.metrics;
};

const [cold, all] = await timed(() => metrics());
const megabytes = (process.memoryUsage().rss - before) / 2 ** 20;
console.log(`${all.customers} customers, ${all.orders} purchases, ${megabytes.toFixed(0)} MB for the thread`);
report('cold: thread started, everybody read, first answer', cold);
report('warm: the same again', (await timed(() => metrics()))[0]);
let from = today - 400;
await askedAnew(
  'warm: a window that was not asked for before',
  () => metrics({ from, to: from + 90 }),
  async () => void from++,
);
const buy = async (i) => {
  await main.log.appendFacts([order(`c-${(i * 7_919) % CUSTOMERS}`, Date.now() - 1_000 - i, Date.now(), true)]);
  await catchUpLive(main.log, main.stores, main.leases);
};
await askedAnew('warm: all time, after a purchase', () => metrics(), buy);
await askedAnew('warm: a window, after a purchase', () => metrics({ from: today - 120, to: today - 30 }), buy);
await askedAnew('warm: as of a named instant, after a purchase', () => metrics(null, Date.now()), buy);
await askedAnew(
  'warm: a page of RFM, after a purchase',
  () => thread.ask({ what: 'rfm', asOf: null, after: 'c-2', limit: 1_000 }),
  buy,
);

const named = Date.now();
const live = JSON.stringify(await metrics({ from: today - 120, to: today - 30 }, named));
const [fold, folded] = await timed(() =>
  readMetrics(main, { asOf: named, window: { from: today - 120, to: today - 30 } }),
);
report('the same from the whole log', fold, live === JSON.stringify(folded) ? 'equal' : 'DIFFERENT');
if (live !== JSON.stringify(folded)) process.exitCode = 1;
await thread.stop();
await main.close();
if (process.env.DATA === undefined) rmSync(directory, { recursive: true });
