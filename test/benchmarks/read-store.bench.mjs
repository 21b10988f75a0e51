/**
 * The SQLite read store beside the bare better-sqlite3 statements that do the same work, in one run on one disk.
 * Needs a build. `MEMBERS` sets how many members are loaded (default 25,000), `LISTED` how many are listed (100,000).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSqliteReadStores } from '@perennial/read-store';

const MEMBERS = Number(process.env.MEMBERS ?? 25_000);
const LISTED = Number(process.env.LISTED ?? 100_000);
const BATCH = 2_000;
const STATE_BYTES = 4_096;
const HISTORY = 'abcdefgh'.repeat(STATE_BYTES / 8);
const START = Date.UTC(2024, 0, 1);

function member(index, stateBytes = STATE_BYTES) {
  const customerId = `c-${(index * 48_271) % 1_000_003}`;
  return {
    customerId,
    state: JSON.stringify({ customerId, index, history: HISTORY.slice(0, stateBytes - 60) }),
    position: index + 1,
    nextDue: index % 3 === 0 ? null : START + ((index * 7_919) % 100_003) * 60_000,
    enrolled: index % 10 !== 0,
    tier: index % 10 === 0 ? null : index % 1_000 === 1 ? 'platinum' : ['base', 'silver', 'gold'][index % 3],
    stage: ['new', 'active', 'at-risk', 'lapsed'][index % 4],
    available: index % 2 === 0 ? 0 : (index * 31) % 5_003,
    pending: index % 50,
    reserved: 0,
    debt: 0,
    purchases: index % 9,
    value: index % 9 === 0 ? 0 : (index * 7_919) % 100_003,
    lastPurchaseAt: index % 9 === 0 ? null : START + index * 60_000,
  };
}

const batches = (count, stateBytes) =>
  Array.from({ length: Math.ceil(count / BATCH) }, (_, batch) =>
    Array.from({ length: Math.min(BATCH, count - batch * BATCH) }, (_, i) => member(batch * BATCH + i, stateBytes)),
  );

async function write(store, members) {
  const expected = await store.checkpoint();
  const position = expected.position + members.length;
  const checkpoint = { position, clock: START, settled: position };
  const nothing = { activities: [], removedMembers: [], tasks: [], changes: [], links: [], parked: [], unparked: [] };
  await store.commit({ expected, checkpoint, members, ...nothing });
}

/** One table and one transaction for each batch, with the settings that SQLite advises for a live file. */
class BareStore {
  constructor(path) {
    this.db = new Database(path);
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = NORMAL');
    this.db.exec(`CREATE TABLE members (customer_id TEXT PRIMARY KEY, position INTEGER, next_due INTEGER,
      enrolled INTEGER, tier TEXT, stage TEXT, available INTEGER, pending INTEGER, reserved INTEGER, debt INTEGER,
      purchases INTEGER, value INTEGER, last_purchase_at INTEGER, state TEXT) STRICT`);
    const insert = this.db.prepare(`INSERT INTO members VALUES (${Array(14).fill('?').join()})`);
    this.write = this.db.transaction((members) => {
      for (const m of members) {
        insert.run(
          m.customerId,
          m.position,
          m.nextDue,
          m.enrolled ? 1 : 0,
          m.tier,
          m.stage,
          m.available,
          m.pending,
          m.reserved,
          m.debt,
          m.purchases,
          m.value,
          m.lastPurchaseAt,
          m.state,
        );
      }
    });
    this.select = this.db.prepare('SELECT * FROM members WHERE customer_id = ?');
  }

  index() {
    for (const column of ['next_due', 'value', 'available', 'last_purchase_at']) {
      this.db.exec(`CREATE INDEX by_${column} ON members (${column}, customer_id)`);
    }
    this.db.pragma('wal_checkpoint(TRUNCATE)');
  }
}

async function milliseconds(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function report(label, adapter, bare, unit) {
  const number = (value) => Math.round(value).toLocaleString('en').padStart(9);
  const beside = bare === null ? '' : `   bare${number(bare)}   ratio ${(adapter / bare).toFixed(2)}`;
  console.log(`${label.padEnd(38)}${number(adapter)} ${unit}${beside}`);
}

async function loadAndRead(directory) {
  const stores = openSqliteReadStores({ dir: join(directory, 'loaded') });
  const bare = new BareStore(join(directory, 'bare.db'));
  const loads = batches(MEMBERS);
  const time = { next: 0, bare: 0 };
  const next = await stores.createNext();
  // By turns, so that a slow spell of the disk meets both.
  for (const members of loads) {
    time.next += await milliseconds(() => write(next, members));
    time.bare += await milliseconds(() => bare.write(members));
  }
  report('fill a generation', (MEMBERS / time.next) * 1_000, (MEMBERS / time.bare) * 1_000, 'rows/s');
  time.next += await milliseconds(() => stores.publish(next));
  time.bare += await milliseconds(() => bare.index());
  report('fill, index, sync, publish', (MEMBERS / time.next) * 1_000, (MEMBERS / time.bare) * 1_000, 'rows/s');

  const live = await stores.current();
  const changed = loads.map((members) =>
    members.map((m) => ({ ...m, value: m.value + 100, state: JSON.stringify({ was: m.position, state: m.state }) })),
  );
  const update = await milliseconds(async () => {
    for (const members of changed) await write(live, members);
  });
  report('update the live generation', (MEMBERS / update) * 1_000, null, 'rows/s');

  const ids = loads.flat().map((m) => m.customerId);
  const points = await milliseconds(async () => {
    for (let i = 0; i < MEMBERS; i++) await (await stores.current()).member(ids[(i * 7_919) % MEMBERS]);
  });
  const barePoints = await milliseconds(() => {
    for (let i = 0; i < MEMBERS; i++) bare.select.get(ids[(i * 7_919) % MEMBERS]);
  });
  report('read one member', (MEMBERS / points) * 1_000, (MEMBERS / barePoints) * 1_000, 'reads/s');
  await stores.close();
  bare.db.close();
}

async function list(directory) {
  const stores = openSqliteReadStores({ dir: join(directory, 'listed') });
  const next = await stores.createNext();
  for (const members of batches(LISTED, 500)) await write(next, members);
  await stores.publish(next);
  const live = await stores.current();
  const queries = [
    {},
    { tier: 'platinum' },
    { sort: '-value' },
    { sort: '-value', tier: 'gold', stage: 'lapsed' },
    { sort: '-value', tier: 'platinum' },
    { sort: 'available' },
    { sort: '-available' },
    { sort: 'lastPurchaseAt', stage: 'at-risk' },
    { sort: '-lastPurchaseAt' },
  ];
  for (const query of queries) {
    const latencies = [];
    for (let cursor; latencies.length < 2_000;) {
      const start = performance.now();
      const page = await live.listMembers({ ...query, cursor });
      latencies.push(performance.now() - start);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    latencies.sort((a, b) => a - b);
    const at = (share) => latencies[Math.floor((latencies.length - 1) * share)].toFixed(2).padStart(6);
    const label = JSON.stringify(query).padEnd(56);
    console.log(`${label} ${latencies.length} pages: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`);
  }
  const count = await milliseconds(() => live.countMembers());
  console.log(`count ${LISTED} members: ${count.toFixed(1)} ms`);
  await stores.close();
}

const directory = mkdtempSync(join(tmpdir(), 'read-store-bench-'));
try {
  await loadAndRead(directory);
  console.log(`pages of 50 out of ${LISTED.toLocaleString('en')} members`);
  await list(directory);
} finally {
  rmSync(directory, { recursive: true });
}
