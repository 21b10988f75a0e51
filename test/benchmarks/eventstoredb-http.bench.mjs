/**
 * `POST /v1/facts` of an engine whose log is an EventStoreDB, beside the bare client on the same server in one run: single
 * facts at 64 connections, and arrays of 500 facts of 500 customers. Needs a build and a server of one's own:
 * `EVENTSTORE_URL=esdb://localhost:2113?tls=false`. What it writes stays there, in streams of its own. Server, engine,
 * client and load generator share the machine.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { CONNECTIONS, ENGINE, measure, order, requestsOf, SECONDS, start } from './http-load.mjs';

const ARRAY = 500;
const url = process.env.EVENTSTORE_URL;
const namespace = `bench-http-${Date.now()}-`;

/** Appends of one event of the same content, so many at once. @returns events a second. */
async function bare(client, inFlight) {
  const end = performance.now() + 1_000 * SECONDS;
  let appended = 0;
  const appends = async (name) => {
    for (let n = 0; performance.now() < end; n++) {
      const { id, type, customerId, data } = order(`${name}-${n}`, `c-${name}-${n % 50}`, n);
      const event = jsonEvent({ id: randomUUID(), type, data, metadata: { factId: id, source: 'bench' } });
      await client.appendToStream(`${namespace}bare-${customerId}`, event);
      appended++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, i) => appends(`bare-${inFlight}-${i}`)));
  return appended / SECONDS;
}

async function bench() {
  const client = EventStoreDBClient.connectionString(url);
  const dir = mkdtempSync(join(tmpdir(), 'eventstoredb-http-bench-'));
  const env = { EVENT_LOG: 'eventstoredb', EVENTSTORE_NAMESPACE: namespace, PERENNIAL_LOG_LEVEL: 'warn' };
  const engine = await start([ENGINE], { ...env, PERENNIAL_DATA: dir, PORT: '0' });
  try {
    // The first fact of a log publishes the program, and makes sure that there is none: not what is measured here.
    await measure(engine, requestsOf('warm', 50 * SECONDS, 1));
    const bare64 = await bare(client, CONNECTIONS);
    const single = await measure(engine, requestsOf('single', 200 * SECONDS, 1));
    const bare256 = await bare(client, 256);
    const array = await measure(engine, requestsOf('array', 8 * SECONDS, ARRAY), 4);
    tell(`single, ${CONNECTIONS} connections`, single, single.rate, bare64, `${CONNECTIONS} at once`);
    tell(`arrays of ${ARRAY}, 4 connections`, array, array.rate * ARRAY, bare256, '256 at once');
  } finally {
    await engine.end();
    await client.dispose();
    rmSync(dir, { recursive: true });
  }
}

function tell(what, { p50, p99 }, facts, bareEvents, how) {
  const number = (value) => Math.round(value).toLocaleString('en').padStart(7);
  console.log(
    `${what.padEnd(30)}${number(facts)} facts/s  p50 ${p50} ms  p99 ${p99} ms   bare appends, ${how}${number(bareEvents)}/s` +
      `   ratio ${(facts / bareEvents).toFixed(2)}`,
  );
}

if (url) await bench();
else console.log('Skipped: it needs an EventStoreDB, named by EVENTSTORE_URL.');
