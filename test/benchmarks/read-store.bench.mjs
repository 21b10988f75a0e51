/**
 * The SQLite read store beside the bare better-sqlite3 statements that do the same work, in one run on one disk.
 * Needs a build. `MEMBERS` sets how many members are loaded (default 25,000), `LISTED` how many are listed (100,000).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSqliteReadStores } from '@perennial/read-store';
import { batches, latenciesOf, milliseconds, QUERIES, report, write } from './read-store-members.mjs';

const MEMBERS = Number(process.env.MEMBERS ?? 25_000);
const LISTED = Number(process.env.LISTED ?? 100_000);

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
  for (const query of QUERIES) {
    console.log(await latenciesOf(live, query));
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
