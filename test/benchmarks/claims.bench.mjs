/**
 * Judging a log by claims beside reading it bare, in one run: who has taken which message id and natural key, in SQLite
 * and in a PostgreSQL that is started for it (`DATABASE_URL` uses another). The log is a stand-in in memory that makes
 * records of text, as every log does. Needs a build. `FACTS` sets how many facts (default 300,000).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customerStream, openPostgresClaims, openSqliteClaims, withClaims } from '@perennial/event-log';
import { startPostgres } from '../postgres/server.mjs';

const FACTS = Number(process.env.FACTS ?? 300_000);
const CUSTOMERS = 23_000;
const PAGE = 2_000;
const GAP = 300;

function order(index) {
  const customerId = `c-${(index * 7_919) % CUSTOMERS}`;
  return {
    stream: customerStream(customerId),
    id: `0f5c7a34-9c1e-4d0b-8e5e-${String(index).padStart(12, '0')}`,
    type: 'OrderPlaced',
    schemaVersion: 1,
    customerId,
    occurredAt: 1_700_000_000_000 + index * 1_000,
    recordedAt: 1_760_000_000_000 + index,
    source: 'bench',
    announce: true,
    key: `order/${index}`,
    data: { orderId: String(index), payment: 'paid', lines: [{ sku: 'cd', quantity: 2, unitPrice: 1_177 }] },
    position: (index + 1) * GAP,
    revision: 0,
  };
}

/** As much of a log as reading it takes. */
function logOf(records) {
  const toRecord = ({ json, ...record }) => ({ ...record, data: JSON.parse(json) });
  return {
    enforcesKeys: false,
    readAll: async ({ after = 0, limit = PAGE }) => records.slice(after / GAP, after / GAP + limit).map(toRecord),
    readStream: async (stream, { after }) => {
      const isAsked = (record) => record.stream === stream && record.position > after;
      return records.filter(isAsked).slice(0, 1).map(toRecord);
    },
    appendFacts: (facts) => Promise.resolve(facts.map(() => ({ status: 'appended', position: 0 }))),
    close: () => Promise.resolve(),
  };
}

/** Records a second. */
async function rate(count, work) {
  const start = performance.now();
  await work();
  return (count / (performance.now() - start)) * 1_000;
}

async function readThrough(log) {
  for (let after = 0, page; (page = await log.readAll({ after, limit: PAGE })).length === PAGE;) {
    after = page.at(-1).position;
  }
}

function report(label, value, bare) {
  const number = Math.round(value).toLocaleString('en').padStart(12);
  console.log(`${label.padEnd(52)}${number} /s${bare === undefined ? '' : `   ratio ${(value / bare).toFixed(3)}`}`);
}

async function measure(name, open, records, bare) {
  const log = withClaims(logOf(records), await open());
  report(
    `${name}: judged and kept`,
    await rate(FACTS, async () => {
      await readThrough(log);
      await log.close();
    }),
    bare,
  );
  const again = withClaims(logOf(records), await open());
  // Somebody else has judged: the first call finds out how far.
  await again.readAll({ limit: 1 });
  report(`${name}: read again, judged already`, await rate(FACTS, () => readThrough(again)), bare);
  const calls = 5_000;
  const fresh = Array.from({ length: calls }, (_, index) => order(FACTS + index));
  report(
    `${name}: looked up before an append, 16 at once`,
    await rate(calls, async () => {
      let next = 0;
      const client = async () => {
        while (next < calls) await again.appendFacts([fresh[next++]]);
      };
      await Promise.all(Array.from({ length: 16 }, client));
    }),
  );
  await again.close();
}

const records = Array.from({ length: FACTS }, (_, index) => {
  const { data, ...record } = order(index);
  return { ...record, json: JSON.stringify(data) };
});
const bare = await rate(FACTS, () => readThrough(logOf(records)));
report('bare read of the stand-in', bare);
const directory = await mkdtemp(join(tmpdir(), 'claims-bench-'));
const own = process.env.DATABASE_URL ? null : await startPostgres();
const url = process.env.DATABASE_URL ?? own.url;
try {
  await measure('SQLite', () => openSqliteClaims({ path: join(directory, 'claims.db') }), records, bare);
  await measure('PostgreSQL', () => openPostgresClaims({ url, schema: `bench_${Date.now()}` }), records, bare);
} finally {
  await own?.stop();
  await rm(directory, { recursive: true });
}
