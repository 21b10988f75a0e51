import pg from 'pg';
import { asUnavailable, isCollision } from './errors.js';

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database?sslmode=…` */
  url: string;
  /** Connections at once, at most. Default 10. */
  connections?: number;
  /** Shown by the server beside what this process does (`pg_stat_activity`). Default `perennial`. */
  applicationName?: string;
}

/**
 * Runs one statement. Integers of 8 bytes come as numbers: positions and instants all fit.
 * @param keep the server keeps the statement ready on the connection: for those that come again and again, of which there
 *   are few. A short one then takes half the time.
 */
export type Query = <Row extends object>(text: string, values?: readonly unknown[], keep?: boolean) => Promise<Row[]>;

const CONNECT_TIMEOUT_MS = 10_000;
/** How often a transaction that collided with another one is made again. */
const MOST_COLLISIONS = 10;
const INT8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? toNumber : (pg.types.getTypeParser(oid, format) as (text: string) => unknown),
};

/** The names of statements that are kept ready. */
const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `perennial_${names.size}`));
  return name;
}

async function run<Row extends object>(
  on: pg.Pool | pg.PoolClient,
  text: string,
  values: readonly unknown[],
  keep: boolean,
): Promise<Row[]> {
  return (await on.query<Row>({ text, values: [...values], ...(keep && { name: nameOf(text) }) })).rows;
}

/** @throws RangeError for what a number does not hold exactly. */
function toNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${text} is beyond the integers that are exact`);
}

/** What `pg` is told of a connection. */
export function clientConfig({ url, applicationName = 'perennial' }: PostgresOptions): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types,
  };
}

/** Opens no connection before the first statement. @throws Error when the url is malformed. */
export function openPostgres(options: PostgresOptions): PostgresDatabase {
  return new PostgresDatabase(options);
}

/** A pool of connections to one database. Calls reject with PostgresUnavailableError when it is away. */
export class PostgresDatabase {
  readonly #pool: pg.Pool;

  constructor(readonly options: PostgresOptions) {
    if (!/^postgres(ql)?:\/\//.test(options.url)) {
      throw new Error(
        'The address of PostgreSQL must begin with postgres://, as in postgres://user@host:5432/database',
      );
    }
    // Statements that do not wait for one another travel together.
    this.#pool = new pg.Pool({ ...clientConfig(options), pipeline: true, max: options.connections ?? 10 });
    // A connection that ends while nobody uses it is replaced by the next statement; unheard it would end the process.
    this.#pool.on('error', () => undefined);
  }

  readonly query: Query = async <Row extends object>(text: string, values: readonly unknown[] = [], keep = false) => {
    try {
      return await run<Row>(this.#pool, text, values, keep);
    } catch (error) {
      throw asUnavailable(error);
    }
  };

  /**
   * Does the work in one transaction, durable when it resolves. When the connection is lost at the very end, it is not
   * known whether it happened. Statements run in the order in which they are asked for; those asked for together take one
   * round trip.
   * @param mode how it begins, say `BEGIN READ ONLY`; settings may follow, as in `BEGIN; SET LOCAL …`.
   */
  async transaction<T>(work: (query: Query) => Promise<T>, mode = 'BEGIN'): Promise<T> {
    for (let collisions = 0; ; collisions++) {
      try {
        return await this.#once(work, mode);
      } catch (error) {
        if (!isCollision(error) || collisions >= MOST_COLLISIONS) throw asUnavailable(error);
      }
    }
  }

  async #once<T>(work: (query: Query) => Promise<T>, mode: string): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => (broken = error);
    client.on('error', onError);
    const query: Query = (text, values = [], keep = false) => run(client, text, values, keep);
    try {
      const begun = client.query(mode);
      // Heard below; meanwhile the first statement is on its way.
      begun.catch(() => undefined);
      const result = await work(query);
      await begun;
      const { command } = await client.query('COMMIT');
      // What the server answers when a statement failed and nobody heard of it.
      if (command === 'ROLLBACK')
        throw new Error('The transaction was rolled back, since one of its statements failed');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    if (!this.#pool.ended) await this.#pool.end();
  }
}
