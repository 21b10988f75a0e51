/**
 * A writer in a process of its own: `writer-process.mjs FILE NAME [CALLS]` appends to streams that all writers share,
 * 16 calls in flight, and prints the ids of each call's facts once it was answered. Without CALLS it goes on until it
 * is killed. Needs a build.
 */
import { openSqliteLog } from '@perennial/event-log';

const [path, name, calls = 'Infinity'] = process.argv.slice(2);
const log = openSqliteLog({ path });
let next = 0;

function fact(call, index) {
  const customerId = `c-${(call + index) % 5}`;
  return {
    stream: `customer-${customerId}`,
    id: `${name}-${call}-${index}`,
    type: 'VisitRecorded',
    schemaVersion: 1,
    customerId,
    occurredAt: 1_735_718_400_000 + call,
    recordedAt: 1_735_718_400_000 + call,
    source: name,
    key: `visit:${name}-${call}-${index}`,
    data: { page: '/tea/'.repeat(1 + (call % 50)) },
  };
}

async function client() {
  while (next < Number(calls)) {
    const call = next++;
    const facts = Array.from({ length: 1 + (call % 20) }, (_, index) => fact(call, index));
    const outcomes = await log.appendFacts(facts);
    if (outcomes.some(({ status }) => status !== 'appended'))
      throw new Error(`Call ${call} of ${name} was not appended`);
    process.stdout.write(facts.map(({ id }) => `${id}\n`).join(''));
  }
}

await Promise.all(Array.from({ length: 16 }, client));
await log.close();
