import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSecret } from './customer-key.js';
import { MasterKeyError } from './errors.js';
import { readMasterKey, readOrMakeMasterKey, WRAPPED_BYTES } from './master-key.js';

const GIVEN = Buffer.alloc(32, 7).toString('base64');

describe('the master key', () => {
  let dir: string;
  let path: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-master-key-'));
    path = join(dir, 'master.key');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('is made once, readable by its owner alone, and found again', () => {
    expect(readMasterKey({ path })).toBeNull();
    const made = readOrMakeMasterKey({ path });
    expect(readdirSync(dir)).toEqual(['master.key']);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readOrMakeMasterKey({ path }).fingerprint).toBe(made.fingerprint);
    expect(readMasterKey({ path, given: '' })!.fingerprint).toBe(made.fingerprint);
  });

  it('may be given instead, and then the file is not looked at', () => {
    writeFileSync(path, 'no key');
    const given = readOrMakeMasterKey({ path, given: GIVEN });
    expect(given.fingerprint).toBe(readMasterKey({ path, given: GIVEN })!.fingerprint);
    expect(readFileSync(path, 'utf8')).toBe('no key');
  });

  it.each(['x', 'AAAA', `${'A'.repeat(44)}`, `${GIVEN} `])('is refused when it is %j', (text) => {
    expect(() => readMasterKey({ path, given: text })).toThrow(/PERENNIAL_MASTER_KEY must hold 32 bytes/);
    writeFileSync(path, `${text}!`);
    expect(() => readMasterKey({ path })).toThrow(MasterKeyError);
  });

  it('unwraps what it wrapped for a customer, for nobody else and with no other key', () => {
    const key = readOrMakeMasterKey({ path });
    const secret = newSecret();
    const wrapped = key.wrap('c-1', secret);
    expect(wrapped).toHaveLength(WRAPPED_BYTES);
    expect(key.unwrap('c-1', wrapped)).toEqual(secret);
    expect(() => key.unwrap('c-2', wrapped)).toThrow(MasterKeyError);
    expect(() => readMasterKey({ path, given: GIVEN })!.unwrap('c-1', wrapped)).toThrow(MasterKeyError);
  });

  it('cannot be made where nothing can be written, and says so', () => {
    expect(() => readOrMakeMasterKey({ path: join(dir, 'missing', 'master.key') })).toThrow(/cannot be made/);
  });
});
