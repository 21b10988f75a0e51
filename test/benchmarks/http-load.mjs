/** Load over HTTP for benchmarks: orders, the engine as a process of its own, and how fast it takes them. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';

export const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
export const CONNECTIONS = 64;
/** The built engine. */
export const ENGINE = fileURLToPath(new URL('../../apps/engine/dist/main.js', import.meta.url));
const CUSTOMERS = 3_200;
/** Answers that say that every fact was taken. */
const TAKEN = ['200', '202'];
/** Instants of orders start here. */
const STARTED = Date.now() - 3_600_000;
/** How much later the next requests happen than those that were made first, milliseconds. */
let later = 0;

/** An order of this run; nothing of it is said twice. */
export function order(name, customerId, n) {
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
 * What each connection sends, one after the other: customers of its own, in the order in which it happened, and after
 * what was made before. Made before the clock runs, or the generator would be what is measured.
 */
export function requestsOf(kind, perConnection, size, connections = CONNECTIONS) {
  const customers = Math.max(size, CUSTOMERS / CONNECTIONS);
  const first = later;
  later += perConnection * size;
  return Array.from({ length: connections }, (_, connection) =>
    Array.from({ length: perConnection }, (_, request) => {
      const facts = Array.from({ length: size }, (_, part) => {
        const n = request * size + part;
        return order(`${kind}-${connection}-${n}`, `c-${connection}-${n % customers}`, first + n);
      });
      return JSON.stringify(size === 1 ? facts[0] : facts);
    }),
  );
}

/** Starts a server as a process of its own. @returns its URL, its admin key where it has one, how to end and to kill it. */
export async function start(args, env) {
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
  return { url, key: /pk_\S+/.exec(said)?.[0], end, kill: () => child.kill('SIGKILL') };
}

/** @param options.connections how many of the lists are sent at once. */
export async function measure({ url, key }, bodies, { connections = CONNECTIONS, seconds = SECONDS } = {}) {
  const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
  const lists = bodies.map((list) => list.map((body) => ({ method: 'POST', path: '/v1/facts', headers, body })));
  let connection = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    setupClient: (client) => client.setRequests(lists[connection++]),
  });
  const statuses = Object.keys(result.statusCodeStats);
  if (result.errors > 0 || statuses.some((status) => !TAKEN.includes(status))) {
    throw new Error(`${result.errors} requests failed, the others were answered ${statuses.join()}`);
  }
  if (result['2xx'] > connections * bodies[0].length) throw new Error('Requests ran out: make more');
  return { rate: result['2xx'] / result.duration, p50: result.latency.p50, p99: result.latency.p99 };
}
