import { mkdirSync } from 'node:fs';
import { PROJECTION_VERSION, StaleCheckpointError, type ReadStore, type ReadStores } from '../port.js';
import { GenerationDirectory } from './generation-directory.js';
import { createGenerationFile, isBeingFilled, openGenerationFile } from './generation-file.js';
import { SqliteReadStore, type WantedForm } from './sqlite-store.js';

export interface SqliteReadStoresOptions {
  /** Where the files are; created when missing. To start afresh, stop everything that uses it and delete `read*`. */
  dir: string;
  /** Only reads; there must be a live generation. Default false. */
  readonly?: boolean;
  /** Default PROJECTION_VERSION. */
  projectionVersion?: number;
  /** Into how many partitions members are divided. Default 1. */
  partitions?: number;
}

/** Opens the read stores in a directory. Any number of threads and processes may have it open. */
export function openSqliteReadStores(options: SqliteReadStoresOptions): ReadStores {
  return new SqliteReadStores(options);
}

/**
 * A swap happens when the old generation is marked with the number of the new one: who has the old one open sees the
 * mark in its file and goes on to the next, who opens it later follows the mark. `read.current` and the removal of
 * old files come after, and are made good by the next writer when the process dies in between. Whatever else is in the
 * directory was never published, and goes as soon as nobody fills it.
 */
class SqliteReadStores implements ReadStores {
  readonly #directory: GenerationDirectory;
  readonly #readonly: boolean;
  readonly #wanted: WantedForm;
  readonly #filling = new Set<SqliteReadStore>();
  #live: SqliteReadStore | null = null;
  /** The one before: whoever is in the middle of reading it may finish. */
  #previous: SqliteReadStore | null = null;
  #closed = false;

  constructor(options: SqliteReadStoresOptions) {
    const { dir, readonly = false, projectionVersion = PROJECTION_VERSION, partitions = 1 } = options;
    if (!readonly) mkdirSync(dir, { recursive: true });
    this.#directory = new GenerationDirectory(dir);
    this.#readonly = readonly;
    this.#wanted = { projectionVersion, partitions };
  }

  current(): Promise<ReadStore> {
    return this.#answer(() => {
      if (this.#live?.isOpen && this.#live.successor() === null) return this.#live;
      return this.#adopt(this.#readonly ? this.#requirePublished() : this.#openOrCreate());
    });
  }

  createNext(): Promise<ReadStore> {
    return this.#write(() => {
      const next = this.#create();
      this.#filling.add(next);
      return next;
    });
  }

  publish(next: ReadStore): Promise<void> {
    const filled = () => this.#requireFilling(next);
    return this.#answer(() => {
      // Takes long, so it keeps nobody waiting.
      filled().complete();
      return this.#directory.exclusively(() => this.#swapIn(filled()));
    });
  }

  discard(next: ReadStore): Promise<void> {
    return this.#answer(() => this.#drop(this.#requireFilling(next)));
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return this.#answer(() => {
      for (const store of this.#filling) this.#drop(store);
      this.#previous?.closeNow();
      this.#live?.closeNow();
      this.#closed = true;
    });
  }

  #openOrCreate(): SqliteReadStore {
    return this.#directory.exclusively(() => {
      const live = this.#openPublished() ?? this.#createPublished();
      if (this.#directory.pointer() !== live.generation) this.#directory.pointTo(live.generation);
      this.#removeAllBut(live.generation);
      return live;
    });
  }

  #requirePublished(): SqliteReadStore {
    const live = this.#openPublished();
    if (live === null) throw new Error('There is no read store yet; start the engine or import facts first');
    return live;
  }

  /** A connection of its own to the live generation, wherever marks lead; null when there is none. */
  #openPublished(): SqliteReadStore | null {
    for (;;) {
      const named = this.#directory.pointer();
      if (named === null) return null;
      // A swap meanwhile may have removed the file before its mark was seen: then the pointer has moved on.
      const movedOn = () => this.#directory.pointer() !== named;
      try {
        const store = this.#followFrom(named);
        if (!movedOn()) return store;
        store?.closeNow();
      } catch (error) {
        if (!movedOn()) throw error;
      }
    }
  }

  #followFrom(generation: number): SqliteReadStore | null {
    const db = openGenerationFile(this.#directory.path(generation), this.#readonly);
    if (db === null) return null;
    const store = new SqliteReadStore(db, this.#wanted);
    const successor = store.successor();
    if (successor === null) return store;
    store.closeNow();
    return this.#followFrom(successor);
  }

  #create(): SqliteReadStore {
    return this.#directory.exclusively(() => {
      const live = this.#openPublished();
      live?.closeNow();
      this.#removeAllBut(live?.generation);
      return this.#createFile();
    });
  }

  #createFile(): SqliteReadStore {
    const generation = this.#directory.unusedNumber();
    const db = createGenerationFile(this.#directory.path(generation), generation, this.#wanted);
    return new SqliteReadStore(db, this.#wanted);
  }

  #createPublished(): SqliteReadStore {
    const first = this.#createFile();
    first.complete();
    first.share();
    return first;
  }

  #swapIn(filled: SqliteReadStore): void {
    const old = this.#openPublished();
    try {
      if (old !== null && old.generation > filled.generation) {
        throw new StaleCheckpointError(`Generation ${old.generation} was published before ${filled.generation}`);
      }
      filled.share();
      old?.supersedeBy(filled.generation);
    } finally {
      old?.closeNow();
    }
    this.#filling.delete(filled);
    this.#adopt(filled);
    this.#directory.pointTo(filled.generation);
    this.#removeAllBut(filled.generation);
  }

  #adopt(live: SqliteReadStore): SqliteReadStore {
    this.#previous?.closeNow();
    this.#previous = this.#live;
    this.#live = live;
    return live;
  }

  #drop(store: SqliteReadStore): void {
    this.#filling.delete(store);
    store.closeNow();
    this.#directory.remove(store.generation);
  }

  #removeAllBut(live: number | undefined): void {
    for (const generation of this.#directory.onDisk()) {
      if (generation === live || isBeingFilled(this.#directory.path(generation))) continue;
      this.#directory.remove(generation);
    }
  }

  #requireFilling(next: ReadStore): SqliteReadStore {
    if (next instanceof SqliteReadStore && this.#filling.has(next)) return next;
    throw new Error(`Generation ${next.generation} is not being filled here`);
  }

  #write<T>(work: () => T): Promise<T> {
    return this.#answer(() => {
      if (this.#readonly) throw new Error('The read store is opened for reading only');
      return work();
    });
  }

  #answer<T>(work: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (this.#closed) throw new Error('The read store is closed');
      resolve(work());
    });
  }
}
