import { setTimeout as sleep } from 'node:timers/promises';
import {
  isMissing,
  openPostgres,
  type PostgresDatabase,
  PostgresLeases,
  type PostgresOptions,
} from '@perennial/postgres';
import { PROJECTION_VERSION, StaleCheckpointError, type ReadStore, type ReadStores } from '../port.js';
import { type GenerationForm, GenerationRegistry, type WantedForm } from './generation-registry.js';
import { completeTables } from './generation-tables.js';
import { PostgresReadStore } from './postgres-store.js';

export interface PostgresReadStoresOptions extends PostgresOptions {
  /**
   * What the names of its schemas begin with: `{schema}_read` and `{schema}_read_1` and so on. Default `perennial`. To
   * start afresh, stop everything that uses it and drop them.
   */
  schema?: string;
  /** Only reads; there must be a live generation. Default false. */
  readonly?: boolean;
  /** Default PROJECTION_VERSION. */
  projectionVersion?: number;
  /** Into how many partitions members are divided. Default 1. */
  partitions?: number;
}

/** For how long the live generation is taken to be live before the database is asked again, milliseconds. */
const TRUSTED_MS = 100;
/** Room for `_read_` and a number in the 63 letters of a name. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,44}$/;

/** Opens the read stores in a database. Any number of processes may have it open. @throws Error for a bad url or schema. */
export function openPostgresReadStores(options: PostgresReadStoresOptions): ReadStores {
  return new PostgresReadStores(options);
}

/**
 * A swap is one transaction: it marks the old generation, whose commits fail from then on, and names the new one live.
 * Others ask which is live now and then, and at once when a commit failed.
 */
class PostgresReadStores implements ReadStores {
  readonly #db: PostgresDatabase;
  readonly #leases: PostgresLeases;
  readonly #registry: GenerationRegistry;
  readonly #readonly: boolean;
  readonly #wanted: WantedForm;
  readonly #filling = new Set<PostgresReadStore>();
  #live: PostgresReadStore | null = null;
  #trustedUntil = 0;
  #asking: Promise<ReadStore> | null = null;
  #closed = false;

  constructor(options: PostgresReadStoresOptions) {
    const { schema = 'perennial', readonly = false, projectionVersion = PROJECTION_VERSION, partitions = 1 } = options;
    if (!SCHEMA.test(schema)) {
      throw new Error('The schema of a read store must be 1 to 45 small letters, digits and underscores');
    }
    this.#db = openPostgres(options);
    this.#leases = new PostgresLeases({ ...options, namespace: `${schema}_read` });
    this.#registry = new GenerationRegistry(this.#db, this.#leases, schema);
    this.#readonly = readonly;
    this.#wanted = { projectionVersion, partitions };
  }

  async current(): Promise<ReadStore> {
    this.#requireOpen();
    if (this.#live?.isOpen && performance.now() < this.#trustedUntil) return this.#live;
    // Whoever asks meanwhile gets the same answer.
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async createNext(): Promise<ReadStore> {
    this.#requireOpen();
    if (this.#readonly) throw new Error('The read store is opened for reading only');
    const form = await this.#registry.create(this.#wanted);
    const next = this.#open(form);
    next.isFilling = true;
    this.#filling.add(next);
    await this.#sweep();
    return next;
  }

  async publish(next: ReadStore): Promise<void> {
    this.#requireOpen();
    const filled = this.#requireFilling(next);
    await this.#unlessLost(filled, () => completeTables(this.#db, this.#registry.schemaOf(filled.generation)));
    await this.#registry.swapIn(this.#requireFilling(next).generation);
    this.#filling.delete(filled);
    filled.isFilling = false;
    this.#adopt(filled);
    // Until everyone has seen the swap, the one before the last is what some of them take for the last.
    await sleep(TRUSTED_MS);
    await this.#sweep();
  }

  async discard(next: ReadStore): Promise<void> {
    this.#requireOpen();
    await this.#drop(this.#requireFilling(next));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      for (const store of this.#filling) await this.#drop(store);
    } finally {
      await this.#leases.close();
      await this.#db.close();
    }
  }

  async #ask(): Promise<ReadStore> {
    // What is superseded after the question was asked is found by the next one.
    const asked = performance.now();
    const live = await this.#find();
    this.#trustedUntil = asked + TRUSTED_MS;
    return live;
  }

  async #find(): Promise<PostgresReadStore> {
    const isFirst = this.#live === null;
    const form = isFirst ? null : await this.#stillLive();
    if (form !== null && form.generation === this.#live?.generation && this.#live.isOpen) return this.#live;
    this.#live = this.#open(await this.#require());
    if (isFirst && !this.#readonly) await this.#sweep();
    return this.#live;
  }

  /** Null as well when the tables that say so were removed by hand. */
  async #stillLive(): Promise<GenerationForm | null> {
    try {
      return await this.#registry.live();
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async #require(): Promise<GenerationForm> {
    if (!this.#readonly) return this.#registry.liveOrNew(this.#wanted);
    const form = await this.#registry.liveAsItIs();
    if (form === null) throw new Error('There is no read store yet; start the engine or import facts first');
    return form;
  }

  #open(form: GenerationForm): PostgresReadStore {
    return new PostgresReadStore({
      db: this.#db,
      schema: this.#registry.schemaOf(form.generation),
      form,
      wanted: this.#wanted,
      readonly: this.#readonly,
      onSuperseded: () => (this.#trustedUntil = 0),
    });
  }

  #adopt(live: PostgresReadStore): void {
    this.#live = live;
    this.#trustedUntil = performance.now() + TRUSTED_MS;
  }

  async #sweep(): Promise<void> {
    await this.#registry.sweep(new Set([...this.#filling].map(({ generation }) => generation)));
  }

  async #drop(store: PostgresReadStore): Promise<void> {
    this.#filling.delete(store);
    await store.close();
    await this.#registry.discard(store.generation);
  }

  /** @throws StaleCheckpointError when others took it for one that nobody fills, because the connection was lost. */
  async #unlessLost(filled: PostgresReadStore, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isMissing(error)) throw error;
      throw new StaleCheckpointError(`Generation ${filled.generation} was lost while it was filled`, { cause: error });
    }
  }

  #requireFilling(next: ReadStore): PostgresReadStore {
    if (next instanceof PostgresReadStore && this.#filling.has(next)) return next;
    throw new Error(`Generation ${next.generation} is not being filled here`);
  }

  #requireOpen(): void {
    if (this.#closed) throw new Error('The read store is closed');
  }
}
