import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openSqliteLog, type LogRecord } from '@perennial/event-log';
import { ids, readEverything, visits } from './event-log/records.js';
import { collect } from './event-log/subscribe.js';

const WRITER = fileURLToPath(new URL('event-log/writer-process.mjs', import.meta.url));

/** A writer process and the ids that it was told are durable. */
function startWriter(path: string, name: string, calls?: number) {
  const args = [WRITER, path, name, ...(calls === undefined ? [] : [String(calls)])];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: string[] = [];
  const lines = createInterface({ input: child.stdout! });
  const waiting: { count: number; resolve: () => void }[] = [];
  lines.on('line', (id) => {
    acknowledged.push(id);
    for (const { count, resolve } of waiting) if (acknowledged.length >= count) resolve();
  });
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(([[code]]) => code as number | null);
  /** Resolves when so many ids were acknowledged; rejects when the process ended before. */
  const reached = (count: number) =>
    Promise.race([
      new Promise<void>((resolve) => waiting.push({ count, resolve })),
      ended.then(() => Promise.reject(new Error(`Writer ${name} ended after ${acknowledged.length} facts`))),
    ]);
  return { child, acknowledged, ended, reached };
}

/** Every stream counts from 0 without gap, and no id is there twice. */
function expectSound(records: LogRecord[]): void {
  const next = new Map<string, number>();
  for (const { stream, revision } of records) {
    expect(revision).toBe(next.get(stream) ?? 0);
    next.set(stream, revision + 1);
  }
  expect(new Set(ids(records)).size).toBe(records.length);
}

describe('a SQLite event log and several processes', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-log-'));
    path = join(directory, 'log.db');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('takes the facts of processes that open it and append at the same time', async () => {
    const writers = ['one', 'two', 'three'].map((name) => startWriter(path, name, 150));
    const log = openSqliteLog({ path });
    const { records, subscription } = collect(log, 0);
    const own = visits('customer-c-1', 100);
    await Promise.all(own.map((fact) => log.appendFacts([fact])));
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    const last = visits('program', 1);
    const { reached, subscription: second } = collect(log, await log.head());
    await log.appendFacts(last);
    await reached(last[0].id);
    const stored = await readEverything(log);
    const acknowledged = writers.flatMap((writer) => writer.acknowledged);
    expect(ids(stored).toSorted()).toEqual([...acknowledged, ...ids(own), ...ids(last)].toSorted());
    expectSound(stored);
    await Promise.all([subscription.close(), second.close()]);
    expect(ids(records)).toEqual(ids(stored).slice(0, records.length));
    await log.close();
  });

  it('holds every acknowledged fact once after each of 20 kills, whenever they come', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 20; round++) {
      const writer = startWriter(path, `round-${round}`);
      await writer.reached(1 + round * 40);
      writer.child.kill('SIGKILL');
      await writer.ended;
      acknowledged.push(...writer.acknowledged);
      const log = openSqliteLog({ path });
      const stored = await readEverything(log);
      const held = new Set(ids(stored));
      expect(acknowledged.filter((id) => !held.has(id))).toEqual([]);
      expectSound(stored);
      await log.close();
    }
  });

  it('goes on in one process when another is killed while it writes', async () => {
    const log = openSqliteLog({ path });
    const writers = ['one', 'two'].map((name) => startWriter(path, name));
    await Promise.all(writers.map((writer) => writer.reached(200)));
    for (const { child } of writers) child.kill('SIGKILL');
    const own = visits('customer-c-1', 50);
    for (const fact of own) await log.appendFacts([fact]);
    await Promise.all(writers.map(({ ended }) => ended));
    const stored = await readEverything(log);
    const held = new Set(ids(stored));
    const acknowledged = [...writers.flatMap((writer) => writer.acknowledged), ...ids(own)];
    expect(acknowledged.filter((id) => !held.has(id))).toEqual([]);
    expectSound(stored);
    await log.close();
  });
});
