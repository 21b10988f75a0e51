import pg from 'pg';
import { clientConfig, type PostgresOptions } from './database.js';
import { asUnavailable } from './errors.js';

/** Who holds a lease, as the server tells. */
export interface LeaseHolder {
  name: string;
  /** The holder's application name. */
  holder: string;
}

/** Both halves of the number of an advisory lock, as `pg_locks` shows them. */
const HALVES = `(classid::bigint << 32 | objid::bigint)`;

/**
 * Leases among processes: at any instant one holder at most of each name. They are advisory locks of one connection of
 * this process's own, so they end with the process, however it ends; what a process does that was asleep when that
 * happened must be fenced by other means (the compare-and-set of the checkpoint).
 */
export class PostgresLeases {
  readonly #options: PostgresOptions;
  readonly #namespace: string;
  #client: Promise<pg.Client> | null = null;
  readonly #held = new Set<string>();
  readonly #joined = new Set<string>();
  readonly #onLost: () => void;
  #closed = false;

  /** @param onLost called when everything that was held is lost with the connection. */
  constructor(options: PostgresOptions & { namespace?: string }, onLost: () => void = () => undefined) {
    this.#options = options;
    this.#namespace = options.namespace ?? 'perennial';
    this.#onLost = onLost;
  }

  /** What this process holds, as far as it knows. */
  get held(): ReadonlySet<string> {
    return this.#held;
  }

  /** @returns whether this process holds the lease now. */
  async acquire(name: string): Promise<boolean> {
    if (this.#held.has(name)) return true;
    const [{ got }] = await this.#query<{ got: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got',
      [this.#full(name)],
    );
    if (got) this.#held.add(name);
    return got;
  }

  async release(name: string): Promise<void> {
    if (!this.#held.delete(name)) return;
    await this.#query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [this.#full(name)]);
  }

  /** Makes this process one of those who share the work of that name, until it ends. */
  async join(name: string): Promise<void> {
    if (this.#joined.has(name)) return;
    await this.#query('SELECT pg_advisory_lock_shared(hashtextextended($1, 0))', [this.#full(name)]);
    this.#joined.add(name);
  }

  /** How many processes share the work of that name. */
  async members(name: string): Promise<number> {
    const [{ members }] = await this.#query<{ members: number }>(
      `SELECT count(*)::integer AS members FROM pg_locks
       WHERE locktype = 'advisory' AND granted AND mode = 'ShareLock' AND objsubid = 1
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND ${HALVES} = hashtextextended($1, 0)`,
      [this.#full(name)],
    );
    return members;
  }

  /** Of these leases, who holds which, in any process. */
  async holders(names: readonly string[]): Promise<LeaseHolder[]> {
    return this.#query<LeaseHolder>(
      `SELECT wanted.name, coalesce(a.application_name, '') AS holder
       FROM unnest($1::text[], $2::text[]) AS wanted (name, full_name)
       JOIN pg_locks l ON l.locktype = 'advisory' AND l.granted AND l.mode = 'ExclusiveLock' AND l.objsubid = 1
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND ${HALVES} = hashtextextended(wanted.full_name, 0)
       LEFT JOIN pg_stat_activity a ON a.pid = l.pid`,
      [names, names.map((name) => this.#full(name))],
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = await this.#client?.catch(() => null);
    this.#client = null;
    this.#held.clear();
    await client?.end();
  }

  #full(name: string): string {
    return `${this.#namespace} ${name}`;
  }

  async #query<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    try {
      this.#client ??= this.#connect();
      const client = await this.#client;
      return (await client.query<Row>(text, [...values])).rows;
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  async #connect(): Promise<pg.Client> {
    if (this.#closed) throw new Error('The leases are given up');
    const client = new pg.Client(clientConfig(this.#options));
    const lose = () => this.#lose(client);
    client.on('error', lose);
    client.on('end', lose);
    try {
      await client.connect();
      return client;
    } catch (error) {
      this.#client = null;
      throw error;
    }
  }

  #lose(client: pg.Client): void {
    if (this.#closed || this.#client === null) return;
    this.#client = null;
    const hadSome = this.#held.size > 0 || this.#joined.size > 0;
    this.#held.clear();
    this.#joined.clear();
    void client.end().catch(() => undefined);
    if (hadSome) this.#onLost();
  }
}
