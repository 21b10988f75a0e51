import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { KeyTable } from './key-table.js';

const BYTES = 60;
const PLACE = { position: 5, recordId: 'm-5' };

describe('the table of keys', () => {
  let dir: string;
  let table: KeyTable;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-keys-'));
    table = new KeyTable(join(dir, 'keys.db'), BYTES);
  });
  afterEach(() => {
    table.close();
    rmSync(dir, { recursive: true });
  });

  const bytesOfFiles = () => Buffer.concat(readdirSync(dir).map((name) => readFileSync(join(dir, name))));
  const keysFor = (from: number, to: number) =>
    new Map(Array.from({ length: to - from }, (_, i) => [`c-${(from + i) * 7_919}`, randomBytes(BYTES)]));
  const destroy = (...destroyed: string[]) => table.settle({ erased: destroyed.slice(0, 1), destroyed, place: PLACE });

  it('keeps a key, and does not let another take its place', () => {
    const [first, second] = [randomBytes(BYTES), randomBytes(BYTES)];
    expect(table.add(new Map([['c-1', first]]), 'master')).toEqual(new Set(['c-1']));
    expect(table.add(new Map([['c-1', second]]), 'master')).toEqual(new Set());
    table.close();
    table = new KeyTable(join(dir, 'keys.db'), BYTES);
    expect(table.find(['c-1', 'c-2'])).toEqual([['c-1', first]]);
    expect(table.masterFingerprint()).toBe('master');
  });

  it('gives no key to somebody whose key was destroyed', () => {
    table.add(new Map([['c-1', randomBytes(BYTES)]]), 'master');
    destroy('c-1', 'c-2');
    expect(table.find(['c-1', 'c-2'])).toEqual([]);
    expect(table.add(new Map(['c-1', 'c-2'].map((id) => [id, randomBytes(BYTES)])), 'master').size).toBe(0);
    expect(table.destroyedIds().sort()).toEqual(['c-1', 'c-2']);
    expect(table.erasedIds()).toEqual(['c-1']);
    expect(table.place()).toEqual(PLACE);
  });

  it('leaves no byte of a destroyed key in any file', () => {
    const all = new Map<string, Uint8Array>();
    // Many batches, so that pages were split, written back and logged more than once.
    for (let batch = 0; batch < 40; batch++) {
      const keys = keysFor(batch * 100, batch * 100 + 100);
      table.add(keys, 'master');
      for (const [id, key] of keys) all.set(id, key);
      if (batch % 10 === 5) destroy([...all.keys()][batch]);
    }
    const ids = [...all.keys()];
    const destroyed = new Set([...ids.filter((_, i) => i % 3 === 0), ...table.destroyedIds()]);
    destroy(...destroyed);
    const bytes = bytesOfFiles();
    for (const [id, key] of all) {
      // Not the whole key alone: no half of it either.
      const found = [key, key.subarray(0, BYTES / 2), key.subarray(BYTES / 2)].map((part) => bytes.includes(part));
      expect([id, ...found]).toEqual([id, ...found.map(() => !destroyed.has(id))]);
    }
  });

  it('cleans what a crash left behind at the next settlement', () => {
    const key = randomBytes(BYTES);
    table.add(new Map([['c-1', key]]), 'master');
    // Committed, and no more: the page as it was is still in the write-ahead log.
    const crashed = new Database(join(dir, 'keys.db'));
    crashed.exec(`UPDATE keys SET wrapped = zeroblob(${BYTES}), destroyed = 1`);
    crashed.close();
    expect(bytesOfFiles().includes(key)).toBe(true);
    const restarted = new KeyTable(join(dir, 'keys.db'), BYTES);
    restarted.settle({ erased: [], destroyed: [], place: PLACE });
    expect(bytesOfFiles().includes(key)).toBe(false);
    restarted.close();
  });

  it('tells when another connection wrote', () => {
    const other = new KeyTable(join(dir, 'keys.db'), BYTES);
    expect(table.changedElsewhere()).toBe(false);
    other.add(new Map([['c-1', randomBytes(BYTES)]]), 'master');
    expect(table.changedElsewhere()).toBe(true);
    expect(table.changedElsewhere()).toBe(false);
    expect(other.changedElsewhere()).toBe(false);
    other.close();
  });

  it('is refused where the file is something else', () => {
    const path = join(dir, 'other.db');
    writeFileSync(path, 'a text file');
    expect(() => new KeyTable(path, BYTES)).toThrow(/not a database/);
    expect(readFileSync(path, 'utf8')).toBe('a text file');
  });
});
