/**
 * `POST /v1/facts` of the engine beside bare Fastify + better-sqlite3 with shared commits, one after the other in one
 * run: single facts at 64 connections, and arrays of 100. Needs a build. `BENCH_SECONDS` sets how long each runs (default 8).
 * The load generator shares the machine with what it measures.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import Database from 'better-sqlite3';
import { fastify } from 'fastify';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const CONNECTIONS = 64;
const ARRAY = 100;
const CUSTOMERS = 3_200;
/** Instants of orders start here. */
const STARTED = Date.now() - 3_600_000;
const ENGINE = fileURLToPath(new URL('../../apps/engine/dist/main.js', import.meta.url));

/** An order of this run; nothing of it is said twice. */
function order(name, customerId, n) {
  return {
    id: `m-${name}`,
    type: 'OrderPlaced',
    customerId,
    occurredAt: new Date(STARTED + n).toISOString(),
    source: 'bench',
    data: {
      orderId: `o-${name}`,
      payment: 'paid',
      channel: 'web',
      lines: [{ sku: `s-${n % 50}`, quantity: 2, unitPrice: 1_999 }],
    },
  };
}

/**
 * What each connection sends, one after the other: customers of its own, in the order in which it happened. Made before
 * the clock runs, or the generator would be what is measured.
 */
function requestsOf(kind, perConnection, size) {
  const customers = CUSTOMERS / CONNECTIONS;
  return Array.from({ length: CONNECTIONS }, (_, connection) =>
    Array.from({ length: perConnection }, (_, request) => {
      const facts = Array.from({ length: size }, (_, part) => {
        const n = request * size + part;
        return order(`${kind}-${connection}-${n}`, `c-${connection}-${n % customers}`, n);
      });
      return JSON.stringify(size === 1 ? facts[0] : facts);
    }),
  );
}

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

/** Starts a server as a process of its own. @returns its URL, its admin key where it has one, and how to end it. */
async function start(args, env) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const url = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server ended with code ${code}`)));
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const found = /http:\/\/[^\s/]+/.exec(said);
      if (found) resolve(found[0]);
    });
  });
  const end = () => {
    child.kill('SIGTERM');
    return new Promise((resolve) => child.once('exit', resolve));
  };
  return { url, key: /pk_\S+/.exec(said)?.[0], end };
}

async function measure({ url, key }, bodies) {
  const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
  const lists = bodies.map((list) => list.map((body) => ({ method: 'POST', path: '/v1/facts', headers, body })));
  let connection = 0;
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    setupClient: (client) => client.setRequests(lists[connection++]),
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} failed`);
  if (result['2xx'] > CONNECTIONS * bodies[0].length) throw new Error('Requests ran out: make more');
  return { rate: result['2xx'] / result.duration, p50: result.latency.p50, p99: result.latency.p99 };
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
