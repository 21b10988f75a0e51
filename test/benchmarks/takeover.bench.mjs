/**
 * How long it takes another projector to go on where one was killed under load: two projectors, 8 partitions, an API that
 * takes facts all the while. Needs a build and a server of one's own: `EVENTSTORE_URL=esdb://localhost:2113?tls=false`.
 * PostgreSQL is started, or named by `DATABASE_URL`.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startPostgres } from '../postgres/server.mjs';
import { ENGINE, order, start } from './http-load.mjs';

const PARTITIONS = 8;
const ROUNDS = 3;
const url = process.env.EVENTSTORE_URL;

async function bench() {
  const postgres = process.env.DATABASE_URL ? null : await startPostgres();
  const run = Date.now();
  const dir = mkdtempSync(join(tmpdir(), 'takeover-bench-'));
  const env = {
    EVENT_LOG: 'eventstoredb',
    EVENTSTORE_NAMESPACE: `bench-takeover-${run}-`,
    READ_STORE: 'postgres',
    DATABASE_URL: process.env.DATABASE_URL ?? postgres.url,
    DATABASE_SCHEMA: `bench_takeover_${run}`,
    PARTITIONS: String(PARTITIONS),
    PERENNIAL_MASTER_KEY: randomBytes(32).toString('base64'),
    PERENNIAL_LOG_LEVEL: 'error',
    PERENNIAL_DATA: dir,
    PORT: '0',
  };
  const api = await start([ENGINE], { ...env, ROLES: 'api' });
  const projectors = [await projector(env), await projector(env)];
  let over = false;
  const loads = Promise.allSettled(Array.from({ length: 8 }, (_, part) => load(api, part, () => over)));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      await until(api, (owners) => owners.size === 2);
      const victim = projectors.shift();
      victim.kill();
      const killed = performance.now();
      await until(api, (owners) => owners.size === 1);
      const owned = performance.now();
      // What was recorded before the kill is projected when the oldest record that waits is younger than the kill.
      await until(api, (_, lagSeconds) => 1_000 * lagSeconds < performance.now() - killed);
      const caughtUp = performance.now();
      console.log(
        `round ${round + 1}: all ${PARTITIONS} partitions with the other after ${seconds(owned - killed)}, ` +
          `everything from before the kill projected after ${seconds(caughtUp - killed)}`,
      );
      projectors.push(await projector(env));
    }
  } finally {
    over = true;
    await loads;
    for (const one of projectors) one.kill();
    await api.end();
    await postgres?.stop();
    rmSync(dir, { recursive: true });
  }
}

async function projector(env) {
  return start([ENGINE], { ...env, ROLES: 'projector' });
}

async function load({ url, key }, part, isOver) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  for (let n = 0; !isOver(); n++) {
    const body = JSON.stringify(order(`${part}-${n}`, `c-${part}-${n % 50}`, n));
    const answer = await fetch(`${url}/v1/facts`, { method: 'POST', headers, body });
    if (answer.status !== 202) throw new Error(`A fact was answered ${answer.status}`);
  }
}

/** Waits until it is as told of the owners that are there, nobody counting as one, and the greatest lag. */
async function until({ url, key }, isSo) {
  for (;;) {
    const answer = await fetch(`${url}/v1/health`, { headers: { authorization: `Bearer ${key}` } });
    const { partitions } = (await answer.json()).projection;
    const owners = new Set(partitions.map(({ owner }) => owner));
    if (!owners.has(null) && isSo(owners, Math.max(...partitions.map(({ lagSeconds }) => lagSeconds)))) return;
    await setTimeout(20);
  }
}

function seconds(ms) {
  return `${(ms / 1_000).toFixed(1)} s`;
}

if (url) await bench();
else console.log('Skipped: it needs an EventStoreDB, named by EVENTSTORE_URL.');
