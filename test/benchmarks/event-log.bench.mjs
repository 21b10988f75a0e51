/**
 * The SQLite event log beside the bare better-sqlite3 statements that do the same work, in one run on one disk.
 * Needs a build. `FACTS` sets how many facts (default 200,000).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { customerStream, openSqliteLog } from '@perennial/event-log';

const FACTS = Number(process.env.FACTS ?? 200_000);
const SINGLES = Math.min(FACTS, 30_000);
const BATCH = 500;
const BATCHES_IN_FLIGHT = 4;
const IN_FLIGHT = 64;
const PAGE = 2_000;
const CUSTOMERS = 23_000;

function order(index, prefix) {
  const customerId = `c-${(index * 7_919) % CUSTOMERS}`;
  return {
    stream: customerStream(customerId),
    id: `${prefix}-${(index * 48_271) % 1_000_003}-${index}`,
    type: 'OrderPlaced',
    schemaVersion: 1,
    customerId,
    occurredAt: 1_700_000_000_000 + index * 1_000,
    recordedAt: 1_760_000_000_000 + index,
    source: 'bench',
    key: `order:${prefix}-${index}`,
    data: {
      orderId: `${prefix}-${index}`,
      payment: 'paid',
      currency: 'USD',
      lines: [{ sku: 'cd', quantity: 2, unitPrice: 1_177 + (index % 100) }],
    },
  };
}

/** Tables with the same columns and indexes, filled and read by nothing but prepared statements. */
class BareLog {
  #streams = new Map();

  constructor(path) {
    this.db = new Database(path);
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = FULL');
    this.db.pragma('wal_autocheckpoint = 8000');
    this.db.pragma('cache_size = -32768');
    this.db.exec(`
      CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
      CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL,
        id TEXT NOT NULL UNIQUE, type INTEGER NOT NULL, schema_version INTEGER NOT NULL, occurred_at INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL, source INTEGER NOT NULL, announce INTEGER NOT NULL, data TEXT NOT NULL,
        UNIQUE (stream, revision)) STRICT;
      CREATE TABLE natural_keys (key TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;`);
    this.insertStream = this.db.prepare('INSERT INTO streams (name) VALUES (?)');
    this.insertEvent = this.db.prepare(
      `INSERT INTO events (stream, revision, id, type, schema_version, occurred_at, recorded_at, source, announce, data)
       VALUES (?, ?, ?, 1, ?, ?, ?, 1, 1, ?)`,
    );
    this.insertKey = this.db.prepare('INSERT INTO natural_keys (key, position) VALUES (?, ?)');
    this.selectPage = this.db.prepare('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?').raw();
    this.write = this.db.transaction((facts) => facts.forEach((fact) => this.#insert(fact))).immediate;
  }

  #insert(fact) {
    let head = this.#streams.get(fact.stream);
    if (!head) {
      head = { id: this.insertStream.run(fact.stream).lastInsertRowid, revision: -1 };
      this.#streams.set(fact.stream, head);
    }
    const { schemaVersion, occurredAt, recordedAt } = fact;
    const json = JSON.stringify(fact.data);
    const { lastInsertRowid } = this.insertEvent.run(
      head.id,
      ++head.revision,
      fact.id,
      schemaVersion,
      occurredAt,
      recordedAt,
      json,
    );
    this.insertKey.run(fact.key, lastInsertRowid);
  }

  readAll() {
    let records = 0;
    for (let after = 0; ;) {
      const rows = this.selectPage.all(after, PAGE);
      if (rows.length === 0) return records;
      for (const row of rows) if (JSON.parse(row[10])) records++;
      after = rows.at(-1)[0];
    }
  }
}

async function rate(count, work) {
  const start = performance.now();
  await work();
  return (count / (performance.now() - start)) * 1_000;
}

function report(label, adapter, bare, unit) {
  const number = (value) => Math.round(value).toLocaleString('en').padStart(9);
  console.log(
    `${label.padEnd(36)}${number(adapter)} ${unit}   bare${number(bare)}   ratio ${(adapter / bare).toFixed(2)}`,
  );
}

function inBatches(facts, size) {
  return Array.from({ length: Math.ceil(facts.length / size) }, (_, i) => facts.slice(i * size, (i + 1) * size));
}

const directory = mkdtempSync(join(tmpdir(), 'event-log-bench-'));
const log = openSqliteLog({ path: join(directory, 'log.db') });
const bare = new BareLog(join(directory, 'bare.db'));
try {
  const bulk = inBatches(
    Array.from({ length: FACTS }, (_, i) => order(i, 'b')),
    BATCH,
  );
  let adapterMs = 0;
  let bareMs = 0;
  for (const batch of bulk) {
    // By turns, so that a slow spell of the disk meets both.
    const start = performance.now();
    await log.appendFacts(batch);
    const middle = performance.now();
    bare.write(batch);
    adapterMs += middle - start;
    bareMs += performance.now() - middle;
  }
  report(`append, batches of ${BATCH}`, (FACTS / adapterMs) * 1_000, (FACTS / bareMs) * 1_000, 'facts/s');

  const more = inBatches(
    Array.from({ length: FACTS }, (_, i) => order(i, 'm')),
    BATCH * BATCHES_IN_FLIGHT,
  );
  adapterMs = bareMs = 0;
  for (const batches of more) {
    const start = performance.now();
    await Promise.all(inBatches(batches, BATCH).map((batch) => log.appendFacts(batch)));
    const middle = performance.now();
    bare.write(batches);
    adapterMs += middle - start;
    bareMs += performance.now() - middle;
  }
  const moreLabel = `append, ${BATCHES_IN_FLIGHT} batches of ${BATCH} at once`;
  report(moreLabel, (FACTS / adapterMs) * 1_000, (FACTS / bareMs) * 1_000, 'facts/s');

  const singles = Array.from({ length: SINGLES }, (_, i) => order(i, 's'));
  const latencies = [];
  const single = await rate(SINGLES, async () => {
    let next = 0;
    const client = async () => {
      while (next < SINGLES) {
        const start = performance.now();
        await log.appendFacts([singles[next++]]);
        latencies.push(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, client));
  });
  const bareSingle = await rate(SINGLES, () => inBatches(singles, IN_FLIGHT).forEach((group) => bare.write(group)));
  report(`append one, ${IN_FLIGHT} in flight`, single, bareSingle, 'facts/s');
  latencies.sort((a, b) => a - b);
  const percentile = (share) => latencies[Math.floor(latencies.length * share)].toFixed(1);
  console.log(`  latency p50 ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms, max ${latencies.at(-1).toFixed(1)} ms`);

  const stored = 2 * FACTS + SINGLES;
  const readAll = async () => {
    for (let after = 0; ;) {
      const page = await log.readAll({ after, limit: PAGE });
      if (page.length === 0) return;
      after = page.at(-1).position;
    }
  };
  const reads = { adapter: 0, bare: 0 };
  for (let round = 0; round < 3; round++) {
    reads.adapter = Math.max(reads.adapter, await rate(stored, readAll));
    reads.bare = Math.max(reads.bare, await rate(stored, () => bare.readAll()));
  }
  report(`read all, pages of ${PAGE}`, reads.adapter, reads.bare, 'records/s');
} finally {
  await log.close();
  bare.db.close();
  rmSync(directory, { recursive: true });
}
