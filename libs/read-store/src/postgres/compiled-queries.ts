import { type PostgresDatabase, type Query, isMissing } from '@perennial/postgres';
import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import { StaleCheckpointError } from '../port.js';
import type { Tables } from '../schema.js';
import { storable } from './text.js';

/** Writes SQL and runs nothing. */
const SQL = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** What is read of one instant, without being in anybody's way. */
const SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** Runs queries on the tables of one generation, each on whatever connection is free. */
export class CompiledQueries {
  /** Writes the queries that all databases share for this generation. */
  readonly sql: Kysely<Tables>;

  /** @param onGone called when the generation turns out to be dropped. */
  constructor(
    private readonly db: PostgresDatabase,
    readonly schema: string,
    private readonly onGone: () => void,
  ) {
    this.sql = SQL.withSchema(schema);
  }

  /** A table as statements name it. */
  table(name: string): string {
    return `"${this.schema}".${name}`;
  }

  all<Row extends object>(query: Compilable<Row>): Promise<Row[]> {
    return this.guard(() => run(this.db.query, query));
  }

  /** All of them at the same instant, in one round trip and another that ends it. */
  allAtOnce<Row extends object>(queries: readonly Compilable<Row>[]): Promise<Row[]> {
    if (queries.length === 1) return this.all(queries[0]);
    const read = async (query: Query) => (await Promise.all(queries.map((one) => run(query, one)))).flat();
    return this.guard(() => this.db.transaction(read, SNAPSHOT));
  }

  /** One of the few statements that come again and again, which the server keeps ready. */
  rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.guard(() => this.db.query<Row>(text, values.map(storedForm), true));
  }

  /** @throws StaleCheckpointError when the generation was dropped: it is as if it had been superseded long ago. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StaleCheckpointError) this.onGone();
      if (!isMissing(error)) throw error;
      this.onGone();
      throw new StaleCheckpointError(`The generation ${this.schema} is no more`, { cause: error });
    }
  }
}

function run<Row extends object>(query: Query, compilable: Compilable<Row>): Promise<Row[]> {
  const { sql, parameters } = compilable.compile();
  return query<Row>(sql, parameters.map(storedForm));
}

function storedForm(value: unknown): unknown {
  return typeof value === 'string' ? storable(value) : value;
}
