import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MasterKeyError } from './errors.js';
import { KeyVault, type KeyVaultOptions } from './key-vault.js';

const PLACE = { position: 0, recordId: '' };

describe('the vault', () => {
  let dir: string;
  let opened: KeyVault[];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-vault-'));
    opened = [];
  });
  afterEach(() => {
    for (const vault of opened) vault.close();
    rmSync(dir, { recursive: true });
  });

  function open(given?: string): KeyVault {
    const options: KeyVaultOptions = {
      path: join(dir, 'keys.db'),
      master: { path: join(dir, 'master.key'), given },
    };
    const vault = new KeyVault(options);
    opened.push(vault);
    return vault;
  }

  const keyFor = (vault: KeyVault, id: string) => vault.keysOf(new Set([id])).get(id);
  const destroy = (vault: KeyVault, id: string) => vault.settle({ erased: [id], destroyed: [id], place: PLACE });

  it('makes nothing before it is needed', () => {
    open();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('makes one key for each customer, and finds it again', () => {
    const vault = open();
    const { sealed } = keyFor(vault, 'c-1')!.seal('r-1', 'Ann');
    expect(keyFor(vault, 'c-2')!.open('r-1', sealed)).toBeNull();
    expect(keyFor(open(), 'c-1')!.open('r-1', sealed)).toEqual({ value: 'Ann' });
    expect(open().keyOf('c-3')).toBeNull();
  });

  it('makes the same key for two who ask at once', () => {
    const [one, other] = [open(), open()];
    expect(one.keyOf('c-1')).toBeNull();
    expect(other.keyOf('c-1')).toBeNull();
    const { sealed } = keyFor(one, 'c-1')!.seal('r-1', 'Ann');
    expect(keyFor(other, 'c-1')!.open('r-1', sealed)).toEqual({ value: 'Ann' });
  });

  it('makes no key again that was destroyed, whoever destroyed it', () => {
    const [engine, shell] = [open(), open()];
    expect(keyFor(engine, 'c-1')).toBeDefined();
    destroy(shell, 'c-1');
    expect(engine.keyOf('c-1')).toBe('destroyed');
    expect(keyFor(engine, 'c-1')).toBeUndefined();
    expect(keyFor(open(), 'c-1')).toBeUndefined();
    expect(engine.destroyedIds()).toEqual(new Set(['c-1']));
  });

  it('overwrites a destroyed key in memory', () => {
    const vault = open();
    const key = keyFor(vault, 'c-1')!;
    const { sealed } = key.seal('r-1', 'Ann');
    destroy(vault, 'c-1');
    expect(key.open('r-1', sealed)).toBeNull();
  });

  it('serves more customers at once than it remembers', () => {
    const vault = open();
    const ids = new Set(Array.from({ length: 10_500 }, (_, i) => `c-${i}`));
    const keys = vault.keysOf(ids);
    expect(keys.size).toBe(ids.size);
    const { sealed } = keys.get('c-0')!.seal('r-1', 'Ann');
    expect(vault.keyOf('c-0')).toMatchObject({ seal: expect.any(Function) as unknown });
    expect(keyFor(vault, 'c-0')!.open('r-1', sealed)).toEqual({ value: 'Ann' });
  });

  it('refuses a master key that the keys were not wrapped with, and does not make one in its place', () => {
    keyFor(open(), 'c-1');
    const other = Buffer.alloc(32, 1).toString('base64');
    expect(() => open(other).check()).toThrow(/PERENNIAL_MASTER_KEY is not the master key/);
    expect(() => keyFor(open(other), 'c-2')).toThrow(MasterKeyError);
    rmSync(join(dir, 'master.key'));
    expect(() => open().check()).toThrow(/is missing: without it no personal data can be read/);
    expect(readdirSync(dir)).not.toContain('master.key');
  });

  it('sees a given master key that is none before there is a key', () => {
    expect(() => open('x').check()).toThrow(MasterKeyError);
    open().check();
    expect(readdirSync(dir)).not.toContain('master.key');
  });
});
