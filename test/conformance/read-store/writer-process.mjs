/**
 * A writer in a process of its own: `writer-process.mjs DIR|URL rebuild|project [COUNT]`, goes on until it is killed or,
 * given COUNT, so many times. `rebuild` fills one generation after the other and publishes it; all members of a
 * generation bear its number as their value. `project` adds one member at a time to the live generation. Each step
 * is printed once it is done, as `step number`. Needs a build.
 */
import { openPostgresReadStores, openSqliteReadStores } from '@perennial/read-store';

const [place, task, count = 'Infinity'] = process.argv.slice(2);
const stores = place.startsWith('postgres:')
  ? openPostgresReadStores({ url: place, applicationName: 'writer' })
  : openSqliteReadStores({ dir: place });
const nothing = { activities: [], removedMembers: [], tasks: [], changes: [], links: [], parked: [], unparked: [] };
/** Batches of a generation, and members in each. */
const BATCHES = 4;
const MEMBERS = 250;

function member(customerId, value) {
  const numbers = { available: 0, pending: 0, reserved: 0, debt: 0, purchases: 0, value };
  const state = JSON.stringify({ customerId, history: 'purchase '.repeat(200) });
  return { customerId, state, position: 1, nextDue: value, enrolled: true, tier: null, stage: 'new', ...numbers };
}

async function commit(store, members) {
  const expected = await store.checkpoint();
  const position = expected.position + members.length;
  const checkpoint = { position, clock: 0, settled: position };
  const rows = members.map((row) => ({ lastPurchaseAt: null, ...row }));
  await store.commit({ expected, checkpoint, members: rows, ...nothing });
  return position;
}

/** The pipe is written to at once, so what was printed was done before a kill. */
function print(step, number) {
  process.stdout.write(`${step} ${number}\n`);
}

async function rebuild() {
  const next = await stores.createNext();
  print('created', next.generation);
  for (let batch = 0; batch < BATCHES; batch++) {
    const ids = Array.from({ length: MEMBERS }, (_, i) => `c-${batch}-${i}`);
    await commit(
      next,
      ids.map((id) => member(id, next.generation)),
    );
    print('filled', next.generation);
  }
  await stores.publish(next);
  print('published', next.generation);
}

async function project() {
  const live = await stores.current();
  const { position } = await live.checkpoint();
  print('committed', await commit(live, [member(`c-${position}`, 0)]));
}

for (let i = 0; i < Number(count); i++) await (task === 'rebuild' ? rebuild() : project());
await stores.close();
