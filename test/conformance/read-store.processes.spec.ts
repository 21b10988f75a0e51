import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openSqliteReadStores, type ReadStore } from '@perennial/read-store';
import { commit, member } from './read-store/rows.js';

const WRITER = fileURLToPath(new URL('read-store/writer-process.mjs', import.meta.url));
const GENERATION_MEMBERS = 1_000;

/** A writer process and the steps that it said are done. */
function startWriter(dir: string, task: 'rebuild' | 'project', count?: number) {
  const args = [WRITER, dir, task, ...(count === undefined ? [] : [String(count)])];
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

describe('a SQLite read store and several processes', () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'read-store-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('shows a reader whole generations, one after the other, while another process swaps them', async () => {
    const first = startWriter(dir, 'rebuild', 1);
    expect(await first.ended).toBe(0);
    const readers = openSqliteReadStores({ dir, readonly: true });
    const writer = startWriter(dir, 'rebuild', 25);
    let running = true;
    const ended = writer.ended.finally(() => (running = false));
    const seen: number[] = [];
    while (running) {
      const store = await readers.current();
      await expectWhole(store);
      seen.push(store.generation);
      await new Promise(setImmediate);
    }
    expect(await ended).toBe(0);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect((await readers.current()).generation).toBe(writer.last('published'));
    await expectWhole(await readers.current());
    await readers.close();
  });

  it('survives fifteen kills of a process that rebuilds, at whatever step', async () => {
    let published = 0;
    for (let round = 0; round < 15; round++) {
      const writer = startWriter(dir, 'rebuild');
      await writer.reached(1 + ((round * 5) % 13));
      writer.child.kill('SIGKILL');
      await writer.ended;
      const stores = openSqliteReadStores({ dir });
      const live = await stores.current();
      published = Math.max(published, writer.last('published'));
      expect(live.generation).toBeGreaterThanOrEqual(published);
      // Until the first one was published, there may be an empty one instead.
      if (published > 0 || (await live.countMembers()) > 0) await expectWhole(live);
      const databases = (await readdir(dir)).filter((name) => name.endsWith('.db'));
      expect(databases).toEqual([`read-${String(live.generation).padStart(6, '0')}.db`]);
      await stores.close();
    }
  });

  it('holds what was committed, and the checkpoint of just that, after ten kills of a projector', async () => {
    for (let round = 0; round < 10; round++) {
      const writer = startWriter(dir, 'project');
      await writer.reached(1 + round * 30);
      writer.child.kill('SIGKILL');
      await writer.ended;
      const stores = openSqliteReadStores({ dir });
      const live = await stores.current();
      const { position } = await live.checkpoint();
      expect(position).toBeGreaterThanOrEqual(writer.last('committed'));
      expect(await live.countMembers()).toBe(position);
      await stores.close();
    }
  });

  it('leaves a generation alone that another process fills, until that process is gone', async () => {
    const stores = openSqliteReadStores({ dir });
    await stores.current();
    const writer = startWriter(dir, 'rebuild', 6);
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
