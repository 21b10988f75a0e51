import { CustomerKey, newSecret } from './customer-key.js';
import { KeysUnavailableError } from './errors.js';
import type { ErasuresFound, ErasuresKnown, KeyPlace, KeyTable } from './key-table.js';
import { MasterKeyCheck } from './master-key-check.js';
import type { MasterKeyOptions } from './master-key.js';
import { keysInFile } from './sqlite/keys-in-file.js';

/** Unwrapped keys in memory: 10,000 of them are 5 MB. */
const MOST_CACHED = 10_000;
/** How often keys are looked up anew because some were destroyed meanwhile, or the answer took too long. */
const MOST_LOOKS = 20;

export type KeyVaultOptions = { master: MasterKeyOptions } & (
  | {
      /** The file of wrapped keys, made when it is first needed; its directory must exist. */
      path: string;
    }
  | { keys: KeyPlace }
);

/** What is known of keys at one instant. */
export interface KnownKeys {
  /** Of whoever was asked for and has one. */
  keys: ReadonlyMap<string, CustomerKey>;
  /** Everybody whose key was destroyed. */
  destroyed: ReadonlySet<string>;
}

/**
 * The keys of customers: made when first needed, wrapped by the master key, destroyed for ever. Where they are is opened,
 * and made, when it is first needed. Any number of processes may have it open.
 * Every call rejects with KeysUnavailableError when the keys cannot be used now, MasterKeyError when the master key does
 * not fit.
 */
export class KeyVault {
  readonly #place: KeyPlace;
  readonly #master: MasterKeyCheck;
  #table: Promise<KeyTable> | null = null;
  /** The one used longest ago first. */
  readonly #cache = new Map<string, CustomerKey>();
  #destroyed: ReadonlySet<string> | null = null;
  /** Counts how often something was forgotten: what was looked up before is not to be used, nor remembered. */
  #forgettings = 0;

  constructor(options: KeyVaultOptions) {
    this.#place = 'keys' in options ? options.keys : keysInFile(options.path);
    this.#master = new MasterKeyCheck(this.#place, options.master);
  }

  /** Reads the master key now, so that a wrong one is seen at the start and not at the first customer. */
  async check(): Promise<void> {
    await this.#master.atStart(await this.#open());
  }

  /**
   * Does work with keys: in one turn, in which what is known of keys holds.
   * @param make whether whoever has no key gets one, unless theirs was destroyed. All of them are durable.
   */
  async withKeys<T>(
    customerIds: ReadonlySet<string>,
    { make }: { make: boolean },
    work: (known: KnownKeys) => T,
  ): Promise<T> {
    const table = await this.#open();
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      if (await table.changedElsewhere()) this.#forget(this.#cache.keys());
      const before = this.#forgettings;
      const destroyed = this.#destroyed ?? new Set(await table.destroyedIds());
      const wanted = [...customerIds].filter((id) => !destroyed.has(id));
      const keys = await this.#find(table, wanted);
      if (make && keys.size < wanted.length) {
        const missing = wanted.filter((id) => !keys.has(id));
        for (const [id, key] of await this.#make(table, missing)) keys.set(id, key);
      }
      if (before !== this.#forgettings) continue;
      this.#destroyed = destroyed;
      if (table.isCurrent()) return work({ keys, destroyed });
    }
    throw new KeysUnavailableError('The keys of customers are destroyed, or answer, too slowly to be used');
  }

  async erasures(): Promise<ErasuresKnown> {
    return (await this.#open()).erasures();
  }

  /** Records what was found of erasures; the keys of `destroyed` are nowhere, and not in memory, afterwards. */
  async settle(found: ErasuresFound): Promise<void> {
    const table = await this.#open();
    const destroyed = [...found.destroyed];
    try {
      await table.settle({ ...found, destroyed });
    } finally {
      // Only now: until then others may have looked them up again. Also when it is not known whether it was done.
      if (destroyed.length > 0) this.#forget(destroyed);
    }
  }

  async close(): Promise<void> {
    this.#forget(this.#cache.keys());
    const table = await this.#table?.catch(() => null);
    this.#table = null;
    await table?.close();
  }

  #open(): Promise<KeyTable> {
    this.#table ??= this.#place.open().catch((error: unknown) => {
      this.#table = null;
      throw error;
    });
    return this.#table;
  }

  #forget(customerIds: Iterable<string>): void {
    for (const id of customerIds) {
      this.#cache.get(id)?.forget();
      this.#cache.delete(id);
    }
    this.#destroyed = null;
    this.#forgettings++;
  }

  /** Keys that are there, from memory or from the table. */
  async #find(table: KeyTable, customerIds: readonly string[]): Promise<Map<string, CustomerKey>> {
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
    if (stored.length === 0) return found;
    const before = this.#forgettings;
    const rows = await table.find(stored);
    const master = rows.length > 0 ? await this.#master.key(table) : null;
    for (const [id, wrapped] of rows) found.set(id, this.#remember(id, master!.unwrap(id, wrapped), before));
    return found;
  }

  /** Makes keys, all in one transaction. */
  async #make(table: KeyTable, customerIds: readonly string[]): Promise<Map<string, CustomerKey>> {
    const before = this.#forgettings;
    const master = await this.#master.key(table);
    const secrets = new Map(customerIds.map((id) => [id, newSecret()]));
    const wrapped = new Map([...secrets].map(([id, secret]) => [id, master.wrap(id, secret)]));
    const added = await table.add(wrapped, master.fingerprint);
    if (added === null) throw await this.#master.isAnother(table, master);
    // Somebody else may have made, or destroyed, a key at the same moment: theirs counts.
    const others = customerIds.filter((id) => !added.has(id));
    const made = await this.#find(table, others);
    for (const id of added) made.set(id, this.#remember(id, secrets.get(id)!, before));
    return made;
  }

  /** @param before how much had been forgotten when it was looked up. */
  #remember(id: string, secret: Buffer, before: number): CustomerKey {
    const key = new CustomerKey(secret);
    secret.fill(0);
    if (before !== this.#forgettings) return key;
    if (this.#cache.size >= MOST_CACHED) this.#cache.delete(this.#cache.keys().next().value!);
    this.#cache.set(id, key);
    return key;
  }
}
