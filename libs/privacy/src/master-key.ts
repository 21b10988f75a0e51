import { createHmac, randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { CIPHER_OVERHEAD, decrypt, encrypt, randomBytes } from './cipher.js';
import { SECRET_BYTES } from './customer-key.js';
import { MasterKeyError } from './errors.js';

/** Bytes of a customer's secret as it is stored. */
export const WRAPPED_BYTES = SECRET_BYTES + CIPHER_OVERHEAD;

const KEY_BYTES = 32;
const BASE64 = /^[A-Za-z0-9+/]{43}=$/;

/** The key that customers' secrets are wrapped with. */
export class MasterKey {
  readonly #key: Buffer;
  /** Tells this key from others, and nothing else of it. */
  readonly fingerprint: string;

  constructor(key: Buffer) {
    this.#key = key;
    this.fingerprint = createHmac('sha256', key).update('perennial master key').digest('hex').slice(0, 32);
  }

  wrap(customerId: string, secret: Uint8Array): Buffer {
    return encrypt(this.#key, customerId, secret);
  }

  /** @throws MasterKeyError when it is not what was wrapped for this customer. */
  unwrap(customerId: string, wrapped: Uint8Array): Buffer {
    const secret = decrypt(this.#key, customerId, wrapped);
    if (secret) return secret;
    throw new MasterKeyError('A key of a customer is damaged: restore the keys of customers from their backup');
  }
}

export interface MasterKeyOptions {
  /** The file where the key is, unless it is given. */
  path: string;
  /** The key itself, base64 of 32 bytes (`PERENNIAL_MASTER_KEY`); the file is not looked at then. */
  given?: string | undefined;
}

/** The master key that is given or in the file; null when there is no file. @throws MasterKeyError when it is none. */
export function readMasterKey({ path, given }: MasterKeyOptions): MasterKey | null {
  if (given !== undefined && given !== '') return parse(given, 'PERENNIAL_MASTER_KEY');
  try {
    return parse(readFileSync(path, 'utf8').trim(), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (error instanceof MasterKeyError) throw error;
    throw new MasterKeyError(`The master key ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** The same; where there is no file, one is made, readable by its owner alone. @throws MasterKeyError */
export function readOrMakeMasterKey(options: MasterKeyOptions): MasterKey {
  const known = readMasterKey(options);
  if (known) return known;
  try {
    makeFile(options.path);
  } catch (error) {
    const { message } = error as Error;
    throw new MasterKeyError(`The master key ${options.path} cannot be made: ${message}`, { cause: error });
  }
  return readMasterKey(options)!;
}

function parse(text: string, from: string): MasterKey {
  const key = BASE64.test(text) ? Buffer.from(text, 'base64') : null;
  if (key?.length === KEY_BYTES) return new MasterKey(key);
  throw new MasterKeyError(`${from} must hold 32 bytes in base64, such as "openssl rand -base64 32" prints`);
}

/** Whole or not at all, and durable before anything is wrapped with it; of two makers one wins. */
function makeFile(path: string): void {
  const draft = `${path}.${randomUUID()}`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
    fsyncSync(file);
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(file);
    rmSync(draft);
  }
  syncDirectory(dirname(path));
}

function syncDirectory(path: string): void {
  // Windows opens no directories, and keeps their entries by itself.
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
