import type Database from 'better-sqlite3';
import { type Compilable, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Tables } from '../schema.js';

/** Writes SQL and runs nothing. */
export const SQL = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** Runs the queries that all databases share on a connection: at once, and with statements that stay prepared. */
export class CompiledQueries {
  readonly #statements = new Map<string, Database.Statement<unknown[]>>();

  constructor(private readonly db: Database.Database) {}

  all<Row>(query: Compilable<Row>): Row[] {
    const { sql, parameters } = query.compile();
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.db.prepare(sql)));
    return statement.all(...parameters) as Row[];
  }
}
