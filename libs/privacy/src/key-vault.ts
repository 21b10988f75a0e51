import { CustomerKey, newSecret } from './customer-key.js';
import { KeysUnavailableError, MasterKeyError } from './errors.js';
import {
  type MasterKey,
  type MasterKeyOptions,
  readMasterKey,
  readOrMakeMasterKey,
  WRAPPED_BYTES,
} from './master-key.js';
import { type ErasuresFound, KeyTable, type LogPlace } from './sqlite/key-table.js';

/** Unwrapped keys in memory: 10,000 of them are 5 MB. */
const MOST_CACHED = 10_000;

export interface KeyVaultOptions {
  /** The file of wrapped keys; its directory must exist. */
  path: string;
  master: MasterKeyOptions;
}

/**
 * The keys of customers: made when first needed, wrapped by the master key, destroyed for ever. The file is opened, and
 * made, when it is first needed. Any number of processes may have it open.
 * Every call throws KeysUnavailableError when the file cannot be used now, MasterKeyError when the master key does not fit.
 */
export class KeyVault {
  readonly #options: KeyVaultOptions;
  #open: KeyTable | null = null;
  #master: MasterKey | null = null;
  /** The one used longest ago first. */
  readonly #cache = new Map<string, CustomerKey>();
  #destroyed: ReadonlySet<string> | null = null;

  constructor(options: KeyVaultOptions) {
    this.#options = options;
  }

  /** Reads the master key now, so that a wrong one is seen at the start and not at the first customer. */
  check(): void {
    this.#use((table) => {
      if (table.masterFingerprint() !== null || this.#options.master.given) this.#masterKey(table);
    });
  }

  /** Keys of customers, new ones where there are none; who was erased is left out. All of them are durable. */
  keysOf(customerIds: ReadonlySet<string>): Map<string, CustomerKey> {
    return this.#use((table) => {
      const destroyed = this.#destroyedIn(table);
      const wanted = [...customerIds].filter((id) => !destroyed.has(id));
      const found = this.#find(table, wanted);
      if (found.size === wanted.length) return found;
      const missing = wanted.filter((id) => !found.has(id));
      return new Map([...found, ...this.#make(table, missing)]);
    });
  }

  /** The key of a customer; `destroyed` after an erasure, null when there never was one. */
  keyOf(customerId: string): CustomerKey | 'destroyed' | null {
    return this.#use((table) => {
      if (this.#destroyedIn(table).has(customerId)) return 'destroyed';
      return this.#find(table, [customerId]).get(customerId) ?? null;
    });
  }

  /** Everybody whose key was destroyed. */
  destroyedIds(): ReadonlySet<string> {
    return this.#use((table) => this.#destroyedIn(table));
  }

  /** Everybody whom an erasure named, and how far the log was looked through for them. */
  erasures(): { erased: string[]; place: LogPlace } {
    return this.#use((table) => ({ erased: table.erasedIds(), place: table.place() }));
  }

  /** Records what was found of erasures; the keys of `destroyed` are in no file and not in memory afterwards. */
  settle(found: ErasuresFound): void {
    this.#use((table) => {
      const destroyed = [...found.destroyed];
      for (const id of destroyed) {
        this.#cache.get(id)?.forget();
        this.#cache.delete(id);
      }
      this.#destroyed = null;
      table.settle({ ...found, destroyed });
    });
  }

  close(): void {
    this.#forgetAll();
    this.#open?.close();
    this.#open = null;
  }

  #use<T>(work: (table: KeyTable) => T): T {
    try {
      this.#open ??= new KeyTable(this.#options.path, WRAPPED_BYTES);
      if (this.#open.changedElsewhere()) this.#forgetAll();
      return work(this.#open);
    } catch (error) {
      if (!isOfSqlite(error)) throw error;
      throw new KeysUnavailableError(`The keys of customers cannot be used: ${error.message}`, { cause: error });
    }
  }

  #forgetAll(): void {
    this.#cache.clear();
    this.#destroyed = null;
  }

  #destroyedIn(table: KeyTable): ReadonlySet<string> {
    return (this.#destroyed ??= new Set(table.destroyedIds()));
  }

  /** Keys that are there, from memory or from the file. */
  #find(table: KeyTable, customerIds: readonly string[]): Map<string, CustomerKey> {
    const found = new Map<string, CustomerKey>();
    const stored: string[] = [];
    for (const id of customerIds) {
      const key = this.#cache.get(id);
      if (key === undefined) {
        stored.push(id);
        continue;
      }
      this.#cache.delete(id);
      this.#cache.set(id, key);
      found.set(id, key);
    }
    for (const [id, wrapped] of table.find(stored)) {
      found.set(id, this.#remember(id, this.#masterKey(table).unwrap(id, wrapped)));
    }
    return found;
  }

  /** Makes keys, all in one transaction. */
  #make(table: KeyTable, customerIds: readonly string[]): Map<string, CustomerKey> {
    const master = this.#masterKey(table);
    const secrets = new Map(customerIds.map((id) => [id, newSecret()]));
    const wrapped = new Map([...secrets].map(([id, secret]) => [id, master.wrap(id, secret)]));
    const added = table.add(wrapped, master.fingerprint);
    // Somebody else may have made, or destroyed, a key at the same moment: theirs counts.
    const made = this.#find(
      table,
      customerIds.filter((id) => !added.has(id)),
    );
    for (const id of added) made.set(id, this.#remember(id, secrets.get(id)!));
    return made;
  }

  #remember(id: string, secret: Buffer): CustomerKey {
    const key = new CustomerKey(secret);
    secret.fill(0);
    if (this.#cache.size >= MOST_CACHED) this.#cache.delete(this.#cache.keys().next().value!);
    this.#cache.set(id, key);
    return key;
  }

  #masterKey(table: KeyTable): MasterKey {
    if (this.#master) return this.#master;
    const { master } = this.#options;
    const fingerprint = table.masterFingerprint();
    const key = fingerprint === null ? readOrMakeMasterKey(master) : readMasterKey(master);
    if (key === null) {
      throw new MasterKeyError(
        `The master key ${master.path} is missing: without it no personal data can be read. Put it back, or give it ` +
          'as PERENNIAL_MASTER_KEY',
      );
    }
    if (fingerprint !== null && fingerprint !== key.fingerprint) {
      const from = master.given ? 'PERENNIAL_MASTER_KEY' : master.path;
      throw new MasterKeyError(`${from} is not the master key that the keys in ${this.#options.path} are wrapped with`);
    }
    return (this.#master = key);
  }
}

/** By code and not by class: the driver's native part keeps the error class of whoever loaded it first in the process. */
function isOfSqlite(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE');
}
