/**
 * `POST /v1/facts` of an engine whose log is an EventStoreDB, beside the bare client on the same server in one run: single
 * facts at 64 connections, and arrays of 500 facts of 500 customers. Needs a build and a server of one's own:
 * `EVENTSTORE_URL=esdb://localhost:2113?tls=false`. With `ROLES=api` it is the API alone, without a projector on the same
 * processors; `ENGINE_NODE_OPTIONS` is for the engine alone. What it writes stays there, in streams of its own. Server,
 * engine, client and load generator share the machine.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { CONNECTIONS, ENGINE, measure, order, requestsOf, SECONDS, start } from './http-load.mjs';

const ARRAY = 500;
const ROUNDS = 4;
const ROUND_SECONDS = SECONDS / 2;
const url = process.env.EVENTSTORE_URL;
const namespace = `bench-http-${Date.now()}-`;

/** Appends of one event of the same content, so many at once. @returns events a second. */
async function bare(client, name, inFlight) {
  const end = performance.now() + 1_000 * ROUND_SECONDS;
  let appended = 0;
  const appends = async (part) => {
    for (let n = 0; performance.now() < end; n++) {
      const { id, type, customerId, data } = order(`${part}-${n}`, `c-${part}-${n % 50}`, n);
      const event = jsonEvent({ id: randomUUID(), type, data, metadata: { factId: id, source: 'bench' } });
      await client.appendToStream(`${namespace}bare-${customerId}`, event);
      appended++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, i) => appends(`${name}-${inFlight}-${i}`)));
  return appended / ROUND_SECONDS;
}

/** Waits until the engine is through with what it has taken: its rest is not to slow down the other side. */
async function projected({ url, key }) {
  for (;;) {
    const answer = await fetch(`${url}/v1/health`, { headers: { authorization: `Bearer ${key}` } });
    const { roles, projection } = await answer.json();
    if (projection.caughtUp || !roles.includes('projector')) return;
    await setTimeout(100);
  }
}

/** Both sides in turns, because a machine is not equally fast all the time. @returns facts and bare appends a second. */
async function inTurns(kind, what, engine, client, { size, perConnection, connections, inFlight }) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const name = `${kind}-${round}`;
    const requests = requestsOf(name, perConnection, size, connections);
    await projected(engine);
    const appends = await bare(client, name, inFlight);
    const { rate, p50, p99 } = await measure(engine, requests, { connections, seconds: ROUND_SECONDS });
    rounds.push({ facts: rate * size, appends, p50, p99 });
  }
  const mean = (of) => rounds.reduce((sum, round) => sum + of(round), 0) / ROUNDS;
  const number = (value) => Math.round(value).toLocaleString('en').padStart(7);
  const facts = mean((round) => round.facts);
  const appends = mean((round) => round.appends);
  const ratios = rounds.map((round) => (round.facts / round.appends).toFixed(2)).join(' ');
  console.log(
    `${what}, ${connections} connections`.padEnd(32) +
      `${number(facts)} facts/s  p50 ${mean(({ p50 }) => p50).toFixed(0)} ms  p99 ${mean(({ p99 }) => p99).toFixed(0)} ms` +
      `   bare appends, ${inFlight} at once${number(appends)}/s   ratio ${(facts / appends).toFixed(2)} (${ratios})`,
  );
}

async function bench() {
  const client = EventStoreDBClient.connectionString(url);
  const dir = mkdtempSync(join(tmpdir(), 'eventstoredb-http-bench-'));
  const env = { EVENT_LOG: 'eventstoredb', EVENTSTORE_NAMESPACE: namespace, PERENNIAL_LOG_LEVEL: 'warn' };
  const options = (process.env.ENGINE_NODE_OPTIONS ?? '').split(' ').filter(Boolean);
  const engine = await start([...options, ENGINE], { ...env, PERENNIAL_DATA: dir, PORT: '0' });
  try {
    // The first fact of a log publishes the program, and makes sure that there is none: not what is measured here.
    await measure(engine, requestsOf('warm', 200 * SECONDS, 1));
    const single = { size: 1, perConnection: 200 * ROUND_SECONDS, connections: CONNECTIONS, inFlight: 64 };
    await inTurns('single', 'single facts', engine, client, single);
    const array = { size: ARRAY, perConnection: 20 * ROUND_SECONDS, connections: 4, inFlight: 256 };
    await inTurns('array', `arrays of ${ARRAY}`, engine, client, array);
  } finally {
    await engine.end();
    await client.dispose();
    rmSync(dir, { recursive: true });
  }
}

if (url) await bench();
else console.log('Skipped: it needs an EventStoreDB, named by EVENTSTORE_URL.');
