/**
 * `POST /v1/facts` of the engine beside bare Fastify + better-sqlite3 with shared commits, one after the other in one
 * run: single facts at 64 connections, and arrays of 100. Needs a build. `BENCH_SECONDS` sets how long each runs (default 8).
 * The load generator shares the machine with what it measures.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { fastify } from 'fastify';
import { CONNECTIONS, ENGINE, measure, requestsOf, SECONDS, start } from './http-load.mjs';

const ARRAY = 100;

/** What any engine must at least do: parse, insert with unique id and key, answer after the shared commit. */
async function serveBare(dir) {
  const db = new Database(join(dir, 'bare.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`
    CREATE TABLE facts (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE,
      customer TEXT NOT NULL, type TEXT NOT NULL, occurred_at INTEGER NOT NULL, data TEXT NOT NULL) STRICT`);
  const insert = db.prepare('INSERT INTO facts (id, key, customer, type, occurred_at, data) VALUES (?, ?, ?, ?, ?, ?)');
  const write = db.transaction((batch) => {
    for (const { facts } of batch) {
      for (const { id, data, customerId, type, occurredAt } of facts) {
        insert.run(id, data.orderId, customerId, type, Date.parse(occurredAt), JSON.stringify(data));
      }
    }
  });
  let waiting = [];
  const flush = () => {
    const batch = waiting;
    waiting = [];
    write.immediate(batch);
    for (const { resolve } of batch) resolve();
  };
  const server = fastify();
  server.post('/v1/facts', async (request, reply) => {
    const facts = [request.body].flat();
    await new Promise((resolve) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ facts, resolve });
    });
    reply.code(202);
    return { results: facts.map(({ id }) => ({ id, status: 'accepted' })) };
  });
  console.log(await server.listen({ port: 0 }));
}

async function run(name, args, env) {
  const dir = mkdtempSync(join(tmpdir(), 'http-bench-'));
  const server = await start([...args, dir], { PERENNIAL_DATA: dir, PORT: '0', ...env });
  try {
    const single = await measure(server, requestsOf('single', 400 * SECONDS, 1));
    const array = await measure(server, requestsOf('array', 25 * SECONDS, ARRAY));
    const facts = (rate) => Math.round(rate).toLocaleString('en').padStart(9);
    console.log(`${name.padEnd(28)} single ${facts(single.rate)}/s  p50 ${single.p50} ms  p99 ${single.p99} ms`);
    console.log(`${' '.repeat(28)} arrays ${facts(array.rate * ARRAY)}/s  p50 ${array.p50} ms  p99 ${array.p99} ms`);
    return { single: single.rate, array: array.rate };
  } finally {
    await server.end();
    rmSync(dir, { recursive: true });
  }
}

if (process.argv[2] === 'bare') await serveBare(process.argv[3]);
else {
  console.log(`POST /v1/facts, ${CONNECTIONS} connections, ${SECONDS} s each`);
  const bare = await run('bare Fastify + SQLite', [fileURLToPath(import.meta.url), 'bare'], {});
  const engine = await run('engine', [ENGINE], { PERENNIAL_LOG_LEVEL: 'warn' });
  const percent = (part, whole) => `${Math.round((100 * part) / whole)} %`;
  console.log(
    `engine ÷ bare: single ${percent(engine.single, bare.single)}, arrays ${percent(engine.array, bare.array)}`,
  );
}
