import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import {
  keyTableConformance,
  PLACE,
  WRAPPED_BYTES as BYTES,
} from '../../../../test/conformance/key-table.conformance.js';
import { SqliteKeyTable } from './key-table.js';

keyTableConformance('SQLite', () => {
  const dir = mkdtempSync(join(tmpdir(), 'perennial-keys-'));
  return Promise.resolve({
    open: () => Promise.resolve(new SqliteKeyTable(join(dir, 'keys.db'), BYTES)),
    dispose: () => Promise.resolve(rmSync(dir, { recursive: true })),
  });
});

describe('the file of keys', () => {
  let dir: string;
  let table: SqliteKeyTable;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-keys-'));
    table = new SqliteKeyTable(join(dir, 'keys.db'), BYTES);
  });
  afterEach(async () => {
    await table.close();
    rmSync(dir, { recursive: true });
  });

  const bytesOfFiles = () => Buffer.concat(readdirSync(dir).map((name) => readFileSync(join(dir, name))));
  const keysFor = (from: number, to: number) =>
    new Map(Array.from({ length: to - from }, (_, i) => [`c-${(from + i) * 7_919}`, randomBytes(BYTES)]));
  const destroy = (...destroyed: string[]) => table.settle({ erased: destroyed.slice(0, 1), destroyed, place: PLACE });

  it('leaves no byte of a destroyed key in any file', async () => {
    const all = new Map<string, Uint8Array>();
    // Many batches, so that pages were split, written back and logged more than once.
    for (let batch = 0; batch < 40; batch++) {
      const keys = keysFor(batch * 100, batch * 100 + 100);
      await table.add(keys, 'master');
      for (const [id, key] of keys) all.set(id, key);
      if (batch % 10 === 5) await destroy([...all.keys()][batch]);
    }
    const ids = [...all.keys()];
    const destroyed = new Set([...ids.filter((_, i) => i % 3 === 0), ...(await table.destroyedIds())]);
    await destroy(...destroyed);
    const bytes = bytesOfFiles();
    for (const [id, key] of all) {
      // Not the whole key alone: no half of it either.
      const found = [key, key.subarray(0, BYTES / 2), key.subarray(BYTES / 2)].map((part) => bytes.includes(part));
      expect([id, ...found]).toEqual([id, ...found.map(() => !destroyed.has(id))]);
    }
  });

  it('cleans what a crash left behind at the next settlement', async () => {
    const key = randomBytes(BYTES);
    await table.add(new Map([['c-1', key]]), 'master');
    // Committed, and no more: the page as it was is still in the write-ahead log.
    const crashed = new Database(join(dir, 'keys.db'));
    crashed.exec(`UPDATE keys SET wrapped = zeroblob(${BYTES}), destroyed = 1`);
    crashed.close();
    expect(bytesOfFiles().includes(key)).toBe(true);
    const restarted = new SqliteKeyTable(join(dir, 'keys.db'), BYTES);
    await restarted.settle({ erased: [], destroyed: [], place: PLACE });
    expect(bytesOfFiles().includes(key)).toBe(false);
    await restarted.close();
  });

  it('is refused where the file is something else', () => {
    const path = join(dir, 'other.db');
    writeFileSync(path, 'a text file');
    expect(() => new SqliteKeyTable(path, BYTES)).toThrow(/not a database/);
    expect(readFileSync(path, 'utf8')).toBe('a text file');
  });
});
