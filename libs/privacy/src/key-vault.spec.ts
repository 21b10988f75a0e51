import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { destroy, keyFor, keyOf } from '../../../test/conformance/vault-steps.js';
import { MasterKeyError } from './errors.js';
import { KeyVault } from './key-vault.js';

describe('the vault', () => {
  let dir: string;
  let opened: KeyVault[];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-vault-'));
    opened = [];
  });
  afterEach(async () => {
    for (const vault of opened) await vault.close();
    rmSync(dir, { recursive: true });
  });

  function open(given?: string): KeyVault {
    const vault = new KeyVault({ path: join(dir, 'keys.db'), master: { path: join(dir, 'master.key'), given } });
    opened.push(vault);
    return vault;
  }

  it('makes nothing before it is needed', () => {
    open();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('makes one key for each customer, and finds it again', async () => {
    const vault = open();
    const { sealed } = (await keyFor(vault, 'c-1'))!.seal('r-1', 'Ann');
    expect((await keyFor(vault, 'c-2'))!.open('r-1', sealed)).toBeNull();
    expect((await keyFor(open(), 'c-1'))!.open('r-1', sealed)).toEqual({ value: 'Ann' });
    expect(await keyOf(open(), 'c-3')).toBeNull();
  });

  it('makes the same key for two who ask at once', async () => {
    const [one, other] = [open(), open()];
    expect(await keyOf(one, 'c-1')).toBeNull();
    expect(await keyOf(other, 'c-1')).toBeNull();
    const { sealed } = (await keyFor(one, 'c-1'))!.seal('r-1', 'Ann');
    expect((await keyFor(other, 'c-1'))!.open('r-1', sealed)).toEqual({ value: 'Ann' });
  });

  it('makes no key again that was destroyed, whoever destroyed it', async () => {
    const [engine, shell] = [open(), open()];
    expect(await keyFor(engine, 'c-1')).toBeDefined();
    await destroy(shell, 'c-1');
    expect(await keyOf(engine, 'c-1')).toBe('destroyed');
    expect(await keyFor(engine, 'c-1')).toBeUndefined();
    expect(await keyFor(open(), 'c-1')).toBeUndefined();
    expect(await engine.withKeys(new Set(), { make: false }, ({ destroyed }) => destroyed)).toEqual(new Set(['c-1']));
  });

  it('overwrites a destroyed key in memory', async () => {
    const vault = open();
    const key = (await keyFor(vault, 'c-1'))!;
    const { sealed } = key.seal('r-1', 'Ann');
    await destroy(vault, 'c-1');
    expect(key.open('r-1', sealed)).toBeNull();
  });

  it('serves more customers at once than it remembers', async () => {
    const vault = open();
    const ids = new Set(Array.from({ length: 10_500 }, (_, i) => `c-${i}`));
    const keys = await vault.withKeys(ids, { make: true }, ({ keys }) => keys);
    expect(keys.size).toBe(ids.size);
    const { sealed } = keys.get('c-0')!.seal('r-1', 'Ann');
    expect(await keyOf(vault, 'c-0')).toMatchObject({ seal: expect.any(Function) as unknown });
    expect((await keyFor(vault, 'c-0'))!.open('r-1', sealed)).toEqual({ value: 'Ann' });
  });

  it('refuses a master key that the keys were not wrapped with, and does not make one in its place', async () => {
    await keyFor(open(), 'c-1');
    const other = Buffer.alloc(32, 1).toString('base64');
    await expect(open(other).check()).rejects.toThrow(/PERENNIAL_MASTER_KEY is not the master key/);
    await expect(keyFor(open(other), 'c-2')).rejects.toThrow(MasterKeyError);
    rmSync(join(dir, 'master.key'));
    await expect(open().check()).rejects.toThrow(/is missing: without it no personal data can be read/);
    expect(readdirSync(dir)).not.toContain('master.key');
  });

  it('sees a given master key that is none before there is a key', async () => {
    await expect(open('x').check()).rejects.toThrow(MasterKeyError);
    await open().check();
    expect(readdirSync(dir)).not.toContain('master.key');
  });
});
