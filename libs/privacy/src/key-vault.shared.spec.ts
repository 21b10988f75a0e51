import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from '../../../test/postgres/database.js';
import { KeysUnavailableError, MasterKeyError } from './errors.js';
import type { KeyPlace, KeyTable } from './key-table.js';
import { KeyVault } from './key-vault.js';
import { destroy, keyFor, keyOf } from '../../../test/conformance/vault-steps.js';
import { keysInPostgres } from './postgres/keys-in-postgres.js';
import { keysInFile } from './sqlite/keys-in-file.js';

/** A table of which calls can be held up, as by a slow network. */
class SlowTable implements KeyTable {
  gate = Promise.resolve();
  current = true;
  finds = 0;
  isFinding: () => void = () => undefined;

  constructor(private readonly inner: KeyTable) {}

  async find(ids: readonly string[]) {
    this.finds++;
    const found = await this.inner.find(ids);
    this.isFinding();
    await this.gate;
    return found;
  }

  isCurrent = () => this.current;
  changedElsewhere = () => this.inner.changedElsewhere();
  add = (...given: Parameters<KeyTable['add']>) => this.inner.add(...given);
  masterFingerprint = () => this.inner.masterFingerprint();
  destroyedIds = () => this.inner.destroyedIds();
  erasures = () => this.inner.erasures();
  settle = (...given: Parameters<KeyTable['settle']>) => this.inner.settle(...given);
  close = () => this.inner.close();
}

describe('a vault whose keys are far away', () => {
  let dir: string;
  let table: SlowTable;
  let vault: KeyVault;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-vault-'));
    table = new SlowTable(await keysInFile(join(dir, 'keys.db')).open());
    const keys: KeyPlace = { name: 'far away', isShared: false, open: () => Promise.resolve(table) };
    const other = new KeyVault({ path: join(dir, 'keys.db'), master: { path: join(dir, 'master.key') } });
    await keyFor(other, 'c-1');
    await other.close();
    vault = new KeyVault({ keys, master: { path: join(dir, 'master.key') } });
  });
  afterEach(async () => {
    await vault.close();
    rmSync(dir, { recursive: true });
  });

  it('uses no key that was destroyed while it was on its way, and does not remember it', async () => {
    let open = () => undefined as void;
    table.gate = new Promise((resolve) => (open = resolve));
    const isFinding = new Promise<void>((resolve) => (table.isFinding = resolve));
    const sealing = keyFor(vault, 'c-1');
    await isFinding;
    await destroy(vault, 'c-1');
    open();
    expect(await sealing).toBeUndefined();
    expect(await keyOf(vault, 'c-1')).toBe('destroyed');
  });

  it('asks for keys that it remembers no more', async () => {
    for (let i = 0; i < 5; i++) expect(await keyFor(vault, 'c-1')).toBeDefined();
    expect(table.finds).toBe(1);
  });

  it('uses no key while it does not know whether it was destroyed', async () => {
    table.current = false;
    await expect(keyFor(vault, 'c-1')).rejects.toThrow(KeysUnavailableError);
    table.current = true;
    expect(await keyFor(vault, 'c-1')).toBeDefined();
  });
});

describe('vaults of machines that share keys', () => {
  const GIVEN = Buffer.alloc(32, 7).toString('base64');
  const OTHER = Buffer.alloc(32, 8).toString('base64');
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let dir: string;
  let opened: KeyVault[];

  beforeEach(async () => {
    database = await createDatabase();
    dir = mkdtempSync(join(tmpdir(), 'perennial-vault-'));
    opened = [];
  });
  afterEach(async () => {
    for (const vault of opened) await vault.close();
    await database.drop();
    rmSync(dir, { recursive: true });
  });

  function open(given?: string): KeyVault {
    const vault = new KeyVault({
      keys: keysInPostgres({ url: database.url }),
      master: { path: join(dir, 'master.key'), given },
    });
    opened.push(vault);
    return vault;
  }

  it('use no destroyed key later than a second', async () => {
    const [one, other] = [open(GIVEN), open(GIVEN)];
    expect(await keyFor(one, 'c-1')).toBeDefined();
    await destroy(other, 'c-1');
    await sleep(1_000);
    expect(await keyOf(one, 'c-1')).toBe('destroyed');
    expect(await keyFor(one, 'c-1')).toBeUndefined();
  });

  it('make no key again that was destroyed, though they do not know yet', async () => {
    const [one, other] = [open(GIVEN), open(GIVEN)];
    expect(await keyFor(one, 'c-1')).toBeDefined();
    await destroy(other, 'c-2');
    expect(await keyFor(one, 'c-2')).toBeUndefined();
  });

  it('need a master key from the start, and make none', async () => {
    await expect(open().check()).rejects.toThrow(/missing.*make one.*PERENNIAL_MASTER_KEY or in the file/);
    expect(readdirSync(dir)).toEqual([]);
    await open(GIVEN).check();
    await expect(open().check()).rejects.toThrow(/missing.*give this one what the others have/);
  });

  it('agree on the master key of the first one before there is any key', async () => {
    const starts = await Promise.allSettled([open(GIVEN).check(), open(OTHER).check()]);
    expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const given = starts[0].status === 'fulfilled' ? OTHER : GIVEN;
    await expect(open(given).check()).rejects.toThrow(/All machines need the same one.*fingerprint/);
    await expect(keyFor(open(given), 'c-1')).rejects.toThrow(MasterKeyError);
  });
});
