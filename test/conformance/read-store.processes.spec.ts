import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openPostgres } from '@perennial/postgres';
import {
  openPostgresReadStores,
  openSqliteReadStores,
  type ReadStore,
  type ReadStores,
  StaleCheckpointError,
} from '@perennial/read-store';
import { createDatabase } from '../postgres/database.js';
import { commit, member } from './read-store/rows.js';

const WRITER = fileURLToPath(new URL('read-store/writer-process.mjs', import.meta.url));
const GENERATION_MEMBERS = 1_000;

/** Where the processes of one test meet. */
interface Place {
  /** As the writer process is told of it. */
  name: string;
  open: (options?: { readonly: boolean }) => ReadStores;
  /** Resolves when nothing that a killed process began goes on. */
  quiet: () => Promise<void>;
  /** How many generations there are that nobody can be using: neither the live one nor, if it is kept, the one before. */
  leftovers: (live: number) => Promise<number>;
  remove: () => Promise<void>;
}

async function sqlitePlace(): Promise<Place> {
  const dir = await mkdtemp(join(tmpdir(), 'read-store-'));
  const fileOf = (generation: number) => `read-${String(generation).padStart(6, '0')}.db`;
  return {
    name: dir,
    open: (options) => openSqliteReadStores({ dir, ...options }),
    quiet: () => Promise.resolve(),
    leftovers: async (live) =>
      (await readdir(dir)).filter((name) => name.endsWith('.db') && name !== fileOf(live)).length,
    remove: () => rm(dir, { recursive: true }),
  };
}

async function postgresPlace(): Promise<Place> {
  const { url, drop } = await createDatabase();
  const db = openPostgres({ url, connections: 1 });
  const count = async (text: string, values: unknown[] = []) => (await db.query<{ n: number }>(text, values))[0].n;
  const writers = `SELECT count(*) AS n FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'writer'`;
  const others = `SELECT count(*) AS n FROM pg_namespace
    WHERE nspname LIKE 'perennial\\_read\\_%' AND nspname NOT IN (
      SELECT 'perennial_read_' || generation FROM perennial_read.generations
      WHERE generation = $1 OR generation = (SELECT max(generation) FROM perennial_read.generations WHERE state = 'superseded')
    )`;
  return {
    name: url,
    open: (options) => openPostgresReadStores({ url, ...options }),
    quiet: async () => {
      while ((await count(writers)) > 0);
    },
    leftovers: (live) => count(others, [live]),
    remove: async () => {
      await db.close();
      await drop();
    },
  };
}

/** A writer process and the steps that it said are done. */
function startWriter(place: Place, task: 'rebuild' | 'project', count?: number) {
  const args = [WRITER, place.name, task, ...(count === undefined ? [] : [String(count)])];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const steps: { step: string; number: number }[] = [];
  const lines = createInterface({ input: child.stdout! });
  const waiting: { count: number; resolve: () => void }[] = [];
  lines.on('line', (line) => {
    const [step, number] = line.split(' ');
    steps.push({ step, number: Number(number) });
    for (const { count, resolve } of waiting) if (steps.length >= count) resolve();
  });
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(([[code]]) => code as number | null);
  /** Resolves when so many steps are done; rejects when the process ended before. */
  const reached = (count: number) =>
    Promise.race([
      new Promise<void>((resolve) => waiting.push({ count, resolve })),
      ended.then(() => Promise.reject(new Error(`The writer ended after ${steps.length} steps`))),
    ]);
  const last = (step: string) => steps.findLast((done) => done.step === step)?.number ?? 0;
  return { child, steps, ended, reached, last };
}

/** Everything in the store is of its own generation, and nothing is missing. */
async function expectWhole(store: ReadStore): Promise<void> {
  const values = (await store.scanMembers(null, 2 * GENERATION_MEMBERS)).map((row) => row.value);
  expect(values).toEqual(Array.from({ length: GENERATION_MEMBERS }, () => store.generation));
  expect(await store.checkpoint()).toEqual({ position: GENERATION_MEMBERS, clock: 0, settled: GENERATION_MEMBERS });
}

function onlyStale(error: unknown): false {
  if (error instanceof StaleCheckpointError) return false;
  throw error;
}

describe.each([
  { name: 'SQLite', create: sqlitePlace, rebuilds: 15, kills: 8 },
  { name: 'PostgreSQL', create: postgresPlace, rebuilds: 6, kills: 4 },
])('a $name read store and several processes', ({ create, rebuilds, kills }) => {
  let place: Place;

  beforeEach(async () => {
    place = await create();
  });
  afterEach(() => place.remove());

  it('shows a reader whole generations, one after the other, while another process swaps them', async () => {
    const first = startWriter(place, 'rebuild', 1);
    expect(await first.ended).toBe(0);
    const readers = place.open({ readonly: true });
    const writer = startWriter(place, 'rebuild', rebuilds);
    let running = true;
    const ended = writer.ended.finally(() => (running = false));
    const seen: number[] = [];
    while (running) {
      const store = await readers.current();
      // Who lags two swaps behind is told so, and asks again.
      const isThere = await expectWhole(store).then(() => true, onlyStale);
      if (isThere) seen.push(store.generation);
      await new Promise(setImmediate);
    }
    expect(await ended).toBe(0);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    await place.quiet();
    expect((await readers.current()).generation).toBe(writer.last('published'));
    await expectWhole(await readers.current());
    await readers.close();
  });

  it('survives kills of a process that rebuilds, at whatever step', async () => {
    let published = 0;
    for (let round = 0; round < kills; round++) {
      const writer = startWriter(place, 'rebuild');
      await writer.reached(1 + ((round * 5) % 13));
      writer.child.kill('SIGKILL');
      await writer.ended;
      await place.quiet();
      const stores = place.open();
      const live = await stores.current();
      published = Math.max(published, writer.last('published'));
      expect(live.generation).toBeGreaterThanOrEqual(published);
      // Until the first one was published, there may be an empty one instead.
      if (published > 0 || (await live.countMembers()) > 0) await expectWhole(live);
      expect(await place.leftovers(live.generation)).toBe(0);
      await stores.close();
    }
  });

  it('holds what was committed, and the checkpoint of just that, after kills of a projector', async () => {
    for (let round = 0; round < kills; round++) {
      const writer = startWriter(place, 'project');
      await writer.reached(1 + round * 20);
      writer.child.kill('SIGKILL');
      await writer.ended;
      await place.quiet();
      const stores = place.open();
      const live = await stores.current();
      const { position } = await live.checkpoint();
      expect(position).toBeGreaterThanOrEqual(writer.last('committed'));
      expect(await live.countMembers()).toBe(position);
      await stores.close();
    }
  });

  it('leaves a generation alone that another process fills, until that process is gone', async () => {
    const stores = place.open();
    await stores.current();
    const writer = startWriter(place, 'rebuild', 6);
    await writer.reached(1);
    let running = true;
    const ended = writer.ended.finally(() => (running = false));
    // Each of these sweeps away what nobody fills.
    while (running && writer.last('published') === 0) {
      await stores.discard(await stores.createNext());
      await new Promise(setImmediate);
    }
    expect(await ended).toBe(0);
    const live = await stores.current();
    expect(live.generation).toBe(writer.last('published'));
    await expectWhole(live);
    await commit(live, { members: [member('more')] });
    await stores.close();
  });
});
