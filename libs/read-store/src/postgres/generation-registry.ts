import {
  isLockTimeout,
  isMigrated,
  migrate,
  type PostgresDatabase,
  type PostgresLeases,
  type Query,
} from '@perennial/postgres';
import { StaleCheckpointError } from '../port.js';
import { createListIndexes, createTables } from './generation-tables.js';
import { MIGRATIONS, REGISTRY_MIGRATIONS } from './schema.js';

/** What a generation says about itself. */
export interface GenerationForm {
  generation: number;
  projectionVersion: number;
  partitions: number;
}

/** What a generation must be to be written to. */
export type WantedForm = Omit<GenerationForm, 'generation'>;

type State = 'filling' | 'live' | 'superseded';

/** How long the removal of a generation waits for who is in the middle of reading it, before it is left for later. */
const DROP_TIMEOUT_MS = 1_000;

/**
 * The generations in a database: the schema `{schema}_read` says which there are, `{schema}_read_{number}` holds the
 * tables of one. Whoever creates, swaps or removes one has them all to themselves meanwhile. A generation is being filled
 * for as long as somebody holds the lease of its name.
 */
export class GenerationRegistry {
  readonly #schema: string;
  readonly #table: string;

  constructor(
    private readonly db: PostgresDatabase,
    private readonly leases: PostgresLeases,
    schema: string,
  ) {
    this.#schema = `${schema}_read`;
    this.#table = `"${this.#schema}".generations`;
  }

  schemaOf(generation: number): string {
    return `${this.#schema}_${generation}`;
  }

  /** The live generation; null when there is none, or its tables were removed by hand. */
  async live(query: Query = this.db.query): Promise<GenerationForm | null> {
    const [form] = await query<GenerationForm>(
      `SELECT generation, projection_version AS "projectionVersion", partitions FROM ${this.#table}
       WHERE state = 'live' AND to_regnamespace($1 || generation::text) IS NOT NULL`,
      [`${this.#schema}_`],
    );
    return form ?? null;
  }

  /** For those who only read. @throws Error when the tables are in a form that this program does not know. */
  async liveAsItIs(): Promise<GenerationForm | null> {
    if (!(await isMigrated(this.db, this.#schema, REGISTRY_MIGRATIONS))) return null;
    const form = await this.live();
    return form && (await isMigrated(this.db, this.schemaOf(form.generation), MIGRATIONS)) ? form : null;
  }

  /** The live generation, its tables brought up to date; created when there is none. */
  async liveOrNew(wanted: WantedForm): Promise<GenerationForm> {
    await migrate(this.db, this.#schema, REGISTRY_MIGRATIONS);
    const existing = await this.live();
    if (existing === null) {
      return this.#exclusively(async (query) => (await this.live(query)) ?? this.#createLive(query, wanted));
    }
    await migrate(this.db, this.schemaOf(existing.generation), MIGRATIONS);
    return existing;
  }

  /** A generation that is filled by who asks for it. */
  async create(wanted: WantedForm): Promise<GenerationForm> {
    await migrate(this.db, this.#schema, REGISTRY_MIGRATIONS);
    return this.#exclusively((query) => this.#create(query, wanted, 'filling'));
  }

  /** @throws StaleCheckpointError when a newer generation was published meanwhile, or this one was swept away. */
  async swapIn(generation: number): Promise<void> {
    await this.#exclusively(async (query) => {
      const live = await this.live(query);
      if (live !== null && live.generation > generation) {
        throw new StaleCheckpointError(`Generation ${live.generation} was published before ${generation}`);
      }
      if ((await this.#stateOf(query, generation)) !== 'filling') {
        throw new StaleCheckpointError(`Generation ${generation} was lost while it was filled`);
      }
      // Waits for the commits that are under way; those that come after see it.
      if (live !== null) {
        await query(`UPDATE "${this.schemaOf(live.generation)}".checkpoints SET successor = $1`, [generation]);
      }
      await query(`UPDATE ${this.#table} SET state = 'superseded' WHERE state = 'live'`);
      await query(`UPDATE ${this.#table} SET state = 'live' WHERE generation = $1`, [generation]);
    });
    await this.leases.release(leaseOf(generation));
  }

  /** Ends the filling of a generation. */
  async discard(generation: number): Promise<void> {
    await this.#exclusively((query) => this.#drop(query, generation));
    await this.leases.release(leaseOf(generation));
  }

  /**
   * Removes what is neither live, nor the one before it, nor being filled.
   * @param own that are filled here.
   */
  async sweep(own: ReadonlySet<number>): Promise<void> {
    for (const generation of await this.#exclusively((query) => this.#useless(query, own))) {
      try {
        await this.#exclusively(async (query) => {
          if (!(await this.#useless(query, own)).includes(generation)) return;
          await query(`SET LOCAL lock_timeout = ${DROP_TIMEOUT_MS}`);
          await this.#drop(query, generation);
        });
      } catch (error) {
        if (!isLockTimeout(error)) throw error;
      }
    }
  }

  /** Tables that nobody may be using: neither live, nor what was live before, nor being filled. */
  async #useless(query: Query, own: ReadonlySet<number>): Promise<number[]> {
    const all = await query<{ generation: number; state: State; exists: boolean }>(
      `SELECT generation, state, to_regnamespace($1 || generation::text) IS NOT NULL AS exists
       FROM ${this.#table} ORDER BY generation`,
      [`${this.#schema}_`],
    );
    const numbersOf = (wanted: State) =>
      all.filter(({ state }) => state === wanted).map(({ generation }) => generation);
    const filling = await this.#leased(numbersOf('filling'));
    const used = new Set([...numbersOf('live'), ...numbersOf('superseded').slice(-1), ...filling, ...own]);
    return all.filter(({ generation, exists }) => !exists || !used.has(generation)).map(({ generation }) => generation);
  }

  async #leased(generations: readonly number[]): Promise<number[]> {
    if (generations.length === 0) return [];
    const held = new Set((await this.leases.holders(generations.map(leaseOf))).map(({ name }) => name));
    return generations.filter((generation) => held.has(leaseOf(generation)));
  }

  async #createLive(query: Query, wanted: WantedForm): Promise<GenerationForm> {
    // Its tables are gone.
    await query(`DELETE FROM ${this.#table} WHERE state = 'live'`);
    return this.#create(query, wanted, 'live');
  }

  async #create(query: Query, wanted: WantedForm, state: State): Promise<GenerationForm> {
    const { projectionVersion, partitions } = wanted;
    const [{ generation }] = await query<{ generation: number }>(
      `INSERT INTO ${this.#table} (projection_version, partitions, state) VALUES ($1, $2, $3) RETURNING generation`,
      [projectionVersion, partitions, state],
    );
    // Before anybody else can see it.
    if (state === 'filling') await this.leases.acquire(leaseOf(generation));
    await createTables(query, this.schemaOf(generation), partitions);
    if (state === 'live') await createListIndexes(query, this.schemaOf(generation));
    return { generation, ...wanted };
  }

  async #stateOf(query: Query, generation: number): Promise<State | null> {
    const [row] = await query<{ state: State }>(`SELECT state FROM ${this.#table} WHERE generation = $1`, [generation]);
    return row?.state ?? null;
  }

  async #drop(query: Query, generation: number): Promise<void> {
    await query(`DELETE FROM ${this.#table} WHERE generation = $1`, [generation]);
    await query(`DROP SCHEMA IF EXISTS "${this.schemaOf(generation)}" CASCADE`);
  }

  /** In one transaction, in which nobody else creates, swaps or removes generations. */
  #exclusively<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.db.transaction(async (query) => {
      await query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`perennial generations ${this.#schema}`]);
      return work(query);
    });
  }
}

function leaseOf(generation: number): string {
  return `generation ${generation}`;
}
