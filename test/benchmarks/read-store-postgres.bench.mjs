/**
 * The PostgreSQL read store beside the bare driver and one plain table that does the same work, in one run on one server.
 * Needs a build. `MEMBERS` sets how many members are loaded (default 20,000), `LISTED` how many are listed (100,000),
 * `DATABASE_URL` which server is used (default: one that is started for it).
 */
import pg from 'pg';
import { openPostgresReadStores } from '@perennial/read-store';
import { startPostgres } from '../postgres/server.mjs';
import { batches, latenciesOf, milliseconds, percentiles, QUERIES, report, write } from './read-store-members.mjs';

const MEMBERS = Number(process.env.MEMBERS ?? 20_000);
const LISTED = Number(process.env.LISTED ?? 100_000);
const SINGLES = 500;
const PAGE = 10_000;
const TYPES = {
  customer_id: 'text',
  position: 'bigint',
  next_due: 'bigint',
  enrolled: 'integer',
  tier: 'text',
  stage: 'text',
  available: 'bigint',
  pending: 'bigint',
  reserved: 'bigint',
  debt: 'bigint',
  purchases: 'bigint',
  value: 'bigint',
  last_purchase_at: 'bigint',
  state: 'text',
};
const COLUMNS = Object.keys(TYPES);
const fieldOf = (column) => column.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const valueOf = (row, column) => (column === 'enrolled' ? Number(row.enrolled) : row[fieldOf(column)]);

/** One table, one statement and one transaction for each batch, by arrays as the driver sends them. */
class BareStore {
  async open(url) {
    this.client = new pg.Client({ connectionString: url });
    await this.client.connect();
    const columns = COLUMNS.map((column) => `${column} ${TYPES[column]}`).join();
    await this.client.query(`DROP TABLE IF EXISTS bare; CREATE TABLE bare (${columns}, PRIMARY KEY (customer_id))`);
    const arrays = COLUMNS.map((column, i) => `$${i + 1}::${TYPES[column]}[]`).join();
    const updates = COLUMNS.slice(1).map((column) => `${column} = excluded.${column}`);
    this.upsert = `INSERT INTO bare SELECT * FROM unnest(${arrays}) ON CONFLICT (customer_id) DO UPDATE SET ${updates}`;
  }

  async write(members) {
    const values = COLUMNS.map((column) => members.map((row) => valueOf(row, column)));
    await this.client.query('BEGIN');
    await this.client.query(this.upsert, values);
    await this.client.query('COMMIT');
  }

  async index() {
    for (const column of ['next_due', 'value', 'available', 'last_purchase_at']) {
      await this.client.query(`CREATE INDEX ON bare (${column}, customer_id)`);
    }
    await this.client.query('ANALYZE bare');
  }

  async rows(text, values) {
    return (await this.client.query(text, values)).rows;
  }
}

async function loadAndRead(url) {
  const stores = openPostgresReadStores({ url, schema: 'loaded' });
  const bare = new BareStore();
  await bare.open(url);
  const loads = batches(MEMBERS);
  const time = { next: 0, bare: 0 };
  const next = await stores.createNext();
  // By turns, so that a slow spell of the machine meets both.
  for (const members of loads) {
    time.next += await milliseconds(() => write(next, members));
    time.bare += await milliseconds(() => bare.write(members));
  }
  report('fill a generation', (MEMBERS / time.next) * 1_000, (MEMBERS / time.bare) * 1_000, 'rows/s');
  time.next += await milliseconds(() => stores.publish(next));
  time.bare += await milliseconds(() => bare.index());
  report('fill, index, analyze, publish', (MEMBERS / time.next) * 1_000, (MEMBERS / time.bare) * 1_000, 'rows/s');

  const live = await stores.current();
  const moved = loads.map((members) => members.map((m) => ({ ...m, value: m.value + 100, position: m.position + 1 })));
  const update = { live: 0, bare: 0 };
  for (const members of moved) {
    update.live += await milliseconds(() => write(live, members));
    update.bare += await milliseconds(() => bare.write(members));
  }
  report('update the live generation', (MEMBERS / update.live) * 1_000, (MEMBERS / update.bare) * 1_000, 'rows/s');
  const single = { live: 0, bare: 0 };
  for (let i = 0; i < SINGLES; i++) {
    const [member] = moved[i % moved.length];
    single.live += await milliseconds(() => write(live, [{ ...member, value: i }]));
    single.bare += await milliseconds(() => bare.write([{ ...member, value: i }]));
  }
  report('commit one member', (SINGLES / single.live) * 1_000, (SINGLES / single.bare) * 1_000, 'commits/s');
  await read(stores, bare, loads.flat());
  await stores.close();
  await bare.client.end();
}

async function read(stores, bare, members) {
  const count = Math.min(members.length, 5_000);
  const idOf = (i) => members[(i * 7_919) % members.length].customerId;
  const points = { live: 0, bare: 0 };
  for (let i = 0; i < count; i++) {
    points.live += await milliseconds(async () => (await stores.current()).member(idOf(i)));
    points.bare += await milliseconds(() => bare.rows('SELECT * FROM bare WHERE customer_id = $1', [idOf(i)]));
  }
  report('read one member', (count / points.live) * 1_000, (count / points.bare) * 1_000, 'reads/s');
}

async function activities(url) {
  const stores = openPostgresReadStores({ url, schema: 'active' });
  const next = await stores.createNext();
  const snapshot = JSON.stringify(Array.from({ length: 60 }, (_, i) => i * 1_000));
  for (const members of batches(LISTED, 500)) {
    const rows = members.map(({ customerId }) => ({ customerId, now: 1, due: null, version: 0, snapshot }));
    await write(next, members, { activities: rows });
  }
  await stores.publish(next);
  const live = await stores.current();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const pages = { live: 0, bare: 0 };
  const text = `SELECT * FROM active_read_${live.generation}.member_activity WHERE mark > $1 ORDER BY mark LIMIT ${PAGE}`;
  for (let mark = 0, count = 1; count > 0;) {
    let page;
    pages.live += await milliseconds(async () => (page = await live.activities(mark, PAGE)));
    pages.bare += await milliseconds(() => client.query(text, [mark]));
    count = page.rows.length;
    mark = page.mark;
  }
  report('read all activities', (LISTED / pages.live) * 1_000, (LISTED / pages.bare) * 1_000, 'rows/s');
  const looks = [];
  const { mark } = await live.activities(Number.MAX_SAFE_INTEGER, 1);
  for (let i = 0; i < 500; i++) looks.push(await milliseconds(() => live.activities(mark, PAGE)));
  console.log(`look for new activities: ${percentiles(looks)}`);
  await client.end();
  console.log(`pages of 50 out of ${LISTED.toLocaleString('en')} members`);
  for (const query of QUERIES) console.log(await latenciesOf(live, query));
  const count = await milliseconds(() => live.countMembers());
  console.log(`count ${LISTED} members: ${count.toFixed(1)} ms`);
  await stores.close();
}

const server = process.env.DATABASE_URL ? null : await startPostgres();
try {
  const url = process.env.DATABASE_URL ?? server.url;
  await loadAndRead(url);
  await activities(url);
} finally {
  await server?.stop();
}
