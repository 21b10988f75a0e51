/**
 * The event log on an EventStoreDB beside the bare client that does the same work, in one run on one server. Needs a
 * build and a server of one's own: `EVENTSTORE_URL=esdb://localhost:2113?tls=false`. What it writes stays there, in
 * streams of its own. `FACTS` sets how many facts of each kind (default 30,000).
 */
import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { customerStream, openEventStoreLog } from '@perennial/event-log';

const url = process.env.EVENTSTORE_URL;
const FACTS = Number(process.env.FACTS ?? 30_000);
const CUSTOMERS = 23_000;
const CALL = 500;
const ROUNDS = 3;

function order(index, prefix) {
  const customerId = `c-${(index * 7_919) % CUSTOMERS}`;
  return {
    stream: customerStream(customerId),
    id: `${prefix}-${index}`,
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

/** Milliseconds that the work takes. */
async function time(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Calls `work` for 0, 1, 2, … up to `count`, so many at once. */
async function atOnce(count, inFlight, work) {
  let next = 0;
  const client = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: inFlight }, client));
}

function report(label, adapter, bare, bareLabel) {
  const number = (value) => Math.round(value).toLocaleString('en').padStart(8);
  const ratio = (adapter / bare).toFixed(2);
  console.log(`${label.padEnd(40)}${number(adapter)} /s   ${bareLabel.padEnd(28)}${number(bare)} /s   ratio ${ratio}`);
}

/** Facts in the form in which the adapter writes them, by the bare client: same streams, same data, same metadata. */
async function bareAppends(client, namespace, prefix, inFlight, count) {
  await atOnce(count, inFlight, (index) => {
    const { stream, data, type, id, ...rest } = order(index, prefix);
    const metadata = {
      factId: id,
      schemaVersion: 1,
      recordedAt: rest.recordedAt,
      occurredAt: rest.occurredAt,
      source: 'bench',
      announce: true,
      key: rest.key,
      $causationId: id,
    };
    return client.appendToStream(namespace + stream, jsonEvent({ id: randomUUID(), type, data, metadata }));
  });
}

/** Takes so many events of a bare subscription. */
function bareSubscription(client, count, options) {
  return new Promise((resolve, reject) => {
    let seen = 0;
    const subscription = client.subscribeToAll(options);
    subscription.on('error', reject).on('data', () => {
      if (++seen === count) void subscription.unsubscribe().then(resolve);
    });
  });
}

async function bench() {
  const namespace = `bench-${Date.now()}-`;
  const client = EventStoreDBClient.connectionString(url);
  const log = await openEventStoreLog({ url, namespace });
  try {
    // Both warm up: connections, code, the server's caches.
    await atOnce(2_000, 64, (index) => log.appendFacts([order(index, 'warm')]));
    await atOnce(2_000, 64, (index) =>
      client.appendToStream(`${namespace}warm-${index % 100}`, jsonEvent({ type: 'Warm', data: { index } })),
    );
    const calls = Math.ceil(FACTS / ROUNDS / CALL);
    const share = calls * CALL;
    const spent = { bare64: 0, single: 0, bare256: 0, arrays: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      // By turns, so that a slow spell of the machine meets all.
      spent.bare64 += await time(() => bareAppends(client, `${namespace}bare-`, `b64-${round}`, 64, share));
      spent.single += await time(() => atOnce(share, 64, (index) => log.appendFacts([order(index, `s${round}`)])));
      spent.bare256 += await time(() => bareAppends(client, `${namespace}bare-`, `b256-${round}`, 256, share));
      spent.arrays += await time(() =>
        atOnce(calls, 4, (call) =>
          log.appendFacts(Array.from({ length: CALL }, (_, i) => order(call * CALL + i, `a${round}`))),
        ),
      );
    }
    const appended = share * ROUNDS * 1_000;
    report(
      'appendFacts of one, 64 at once',
      appended / spent.single,
      appended / spent.bare64,
      'bare appends, 64 at once',
    );
    const arrays = appended / spent.arrays;
    report(`appendFacts of ${CALL}, 4 at once`, arrays, appended / spent.bare256, 'bare appends, 256 at once');

    // A stretch of the log without anybody else's events, for the reads.
    const from = await log.head();
    await atOnce(calls * ROUNDS, 4, (call) =>
      log.appendFacts(Array.from({ length: CALL }, (_, i) => order(call * CALL + i, 'r'))),
    );
    const stored = share * ROUNDS;
    const fromPosition = { commit: BigInt(from), prepare: BigInt(from) };
    const filter = streamNameFilter({ prefixes: [`${namespace}customer-`], checkpointInterval: 32 });
    const works = {
      bare: () => bareSubscription(client, stored, { fromPosition }),
      bareFiltered: () => bareSubscription(client, stored, { fromPosition, filter }),
      readAll: async () => {
        for (let after = from, page; (page = await log.readAll({ after })).length > 0;) after = page.at(-1).position;
      },
      subscribe: async () => {
        let seen = 0;
        const { promise, resolve } = Promise.withResolvers();
        const subscription = log.subscribe(from, (batch) => {
          seen += batch.length;
          if (seen === stored) resolve();
        });
        await promise;
        await subscription.close();
      },
    };
    const best = { bare: 0, bareFiltered: 0, readAll: 0, subscribe: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, work] of Object.entries(works)) {
        best[name] = Math.max(best[name], (stored / (await time(work))) * 1_000);
      }
    }
    report('readAll, pages of 2,000', best.readAll, best.bare, 'bare $all subscription');
    report('subscribe', best.subscribe, best.bare, 'bare $all subscription');
    report('subscribe', best.subscribe, best.bareFiltered, 'bare, filtered by stream');
  } finally {
    await log.close();
    await client.dispose();
  }
}

if (url) await bench();
else console.log('Skipped: it needs an EventStoreDB, named by EVENTSTORE_URL.');
