/**
 * A simulation beside a rebuild of the same store, in one run: the whole history folded twice, under the program as it
 * is and under a draft with other thresholds. Needs a build. Reads the real purchases beside the project
 * (`../shared/data`, or `DATA`) and, where they are absent, a made-up history of `CUSTOMERS` (default 20,000).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  embeddedStores,
  openLogForReading,
  openStores,
  rebuild,
  simulate,
  SimulationThread,
} from '@perennial/projection';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = join(ROOT, 'apps/cli/bin/perennial.js');
const DATA = resolve(process.env.DATA ?? join(ROOT, '..', 'shared', 'data'));
const CUSTOMERS = Number(process.env.CUSTOMERS ?? 20_000);
const RUNS = 3;

const REAL = [
  { name: 'CDNOW master', file: 'CDNOW_master.txt.gz', example: 'cdnow' },
  { name: 'Online Retail', file: 'online_retail.csv.gz', example: 'online-retail' },
];

function perennial(dataDir, ...args) {
  const { status, stderr } = spawnSync(process.execPath, [CLI, '--data', dataDir, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`perennial ${args[0]} failed: ${stderr}`);
}

function importReal(directory, { file, example }) {
  const dataDir = join(directory, example);
  perennial(dataDir, 'program', 'publish', join(ROOT, 'examples', `${example}.program.json`));
  const map = join(ROOT, 'examples', `${example}.map.json`);
  perennial(dataDir, 'import', join(DATA, file), '--map', map, '--rejected', join(directory, 'rejected.jsonl'));
  return dataDir;
}

function importMadeUp(directory) {
  const lines = [];
  for (let n = 0; n < CUSTOMERS * 3; n++) {
    const occurredAt = new Date(Date.UTC(2023, 0, 1) + ((n * 7_919) % 40_000) * 1_200_000).toISOString();
    const data = { orderId: `o-${n}`, payment: 'paid', amount: 100 + ((n * 7_919) % 100_003) };
    lines.push(
      JSON.stringify({ id: `m-${n}`, type: 'OrderPlaced', customerId: `c-${n % CUSTOMERS}`, occurredAt, data }),
    );
  }
  const file = join(directory, 'facts.jsonl');
  writeFileSync(file, lines.join('\n'));
  perennial(join(directory, 'made-up'), 'import', file);
  return join(directory, 'made-up');
}

/** The same program with every threshold at 60 %. */
function withOtherThresholds(program) {
  const tiers = program.tiers.map((tier) => ({ ...tier, threshold: Math.floor(tier.threshold * 0.6) }));
  return { ...program, name: `${program.name} at 60 %`, tiers };
}

async function seconds(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function measure(name, dataDir) {
  const stores = await openStores(embeddedStores(dataDir));
  const program = withOtherThresholds((await stores.catalogue.versions()).at(-1).program);
  const asOf = Date.now();
  const best = { rebuild: Infinity, simulate: Infinity, thread: Infinity };
  let report;
  // By turns, so that a slow spell of the machine meets all of them.
  for (let run = 0; run < RUNS; run++) {
    best.rebuild = Math.min(best.rebuild, await seconds(() => rebuild(stores.log, stores.stores)));
    const log = await openLogForReading(embeddedStores(dataDir));
    const here = await seconds(async () => (report = await simulate({ log }, { program, asOf })));
    await log.close();
    best.simulate = Math.min(best.simulate, here);
    const inThread = await seconds(
      () => SimulationThread.start({ settings: embeddedStores(dataDir), program, from: null, asOf }).report,
    );
    best.thread = Math.min(best.thread, inThread);
  }
  await stores.close();
  const figure = (value) => value.toLocaleString('en');
  const { before, after } = report;
  const earned = `${figure(before.points.earned)} -> ${figure(after.points.earned)}`;
  console.log(`${name}: ${figure(report.customers)} customers, points earned ${earned}`);
  console.log(`  rebuild ${best.rebuild.toFixed(2)} s`);
  for (const [label, taken] of [
    ['simulate', best.simulate],
    ['simulate in a thread of its own', best.thread],
  ]) {
    console.log(`  ${label} ${taken.toFixed(2)} s, ratio ${(taken / best.rebuild).toFixed(2)} (at most 1.5)`);
  }
}

const directory = mkdtempSync(join(tmpdir(), 'simulation-bench-'));
try {
  if (existsSync(DATA)) for (const real of REAL) await measure(real.name, importReal(directory, real));
  else await measure('made-up history', importMadeUp(directory));
} finally {
  rmSync(directory, { recursive: true });
}
