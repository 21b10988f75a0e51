/** What the benchmarks of the read stores have in common: members, batches of them, and the lists that are read. */

const BATCH = 2_000;
const STATE_BYTES = 4_096;
const HISTORY = 'abcdefgh'.repeat(STATE_BYTES / 8);
const START = Date.UTC(2024, 0, 1);

function member(index, stateBytes = STATE_BYTES) {
  const customerId = `c-${(index * 48_271) % 1_000_003}`;
  return {
    customerId,
    state: JSON.stringify({ customerId, index, history: HISTORY.slice(0, stateBytes - 60) }),
    position: index + 1,
    nextDue: index % 3 === 0 ? null : START + ((index * 7_919) % 100_003) * 60_000,
    enrolled: index % 10 !== 0,
    tier: index % 10 === 0 ? null : index % 1_000 === 1 ? 'platinum' : ['base', 'silver', 'gold'][index % 3],
    stage: ['new', 'active', 'at-risk', 'lapsed'][index % 4],
    available: index % 2 === 0 ? 0 : (index * 31) % 5_003,
    pending: index % 50,
    reserved: 0,
    debt: 0,
    purchases: index % 9,
    value: index % 9 === 0 ? 0 : (index * 7_919) % 100_003,
    lastPurchaseAt: index % 9 === 0 ? null : START + index * 60_000,
  };
}

export const batches = (count, stateBytes) =>
  Array.from({ length: Math.ceil(count / BATCH) }, (_, batch) =>
    Array.from({ length: Math.min(BATCH, count - batch * BATCH) }, (_, i) => member(batch * BATCH + i, stateBytes)),
  );

export async function write(store, members, more = {}) {
  const expected = await store.checkpoint();
  const position = expected.position + members.length;
  const checkpoint = { position, clock: START, settled: position };
  const nothing = { activities: [], removedMembers: [], tasks: [], changes: [], links: [], parked: [], unparked: [] };
  await store.commit({ expected, checkpoint, members, ...nothing, ...more });
}

export async function milliseconds(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function report(label, adapter, bare, unit) {
  const number = (value) => Math.round(value).toLocaleString('en').padStart(9);
  const beside = bare === null ? '' : `   bare${number(bare)}   ratio ${(adapter / bare).toFixed(2)}`;
  console.log(`${label.padEnd(38)}${number(adapter)} ${unit}${beside}`);
}

export const QUERIES = [
  {},
  { tier: 'platinum' },
  { sort: '-value' },
  { sort: '-value', tier: 'gold', stage: 'lapsed' },
  { sort: '-value', tier: 'platinum' },
  { sort: 'available' },
  { sort: '-available' },
  { sort: 'lastPurchaseAt', stage: 'at-risk' },
  { sort: '-lastPurchaseAt' },
];

/** Reads a list to its end, or 2,000 pages of it. */
export async function latenciesOf(live, query) {
  const latencies = [];
  for (let cursor; latencies.length < 2_000;) {
    const start = performance.now();
    const page = await live.listMembers({ ...query, cursor });
    latencies.push(performance.now() - start);
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  return `${JSON.stringify(query).padEnd(56)} ${latencies.length} pages: ${percentiles(latencies)}`;
}

export function percentiles(latencies) {
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor((latencies.length - 1) * share)].toFixed(2).padStart(6);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
}
