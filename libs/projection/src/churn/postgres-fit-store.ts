import { migrate, openPostgres, type PostgresDatabase, type PostgresOptions } from '@perennial/postgres';
import { FitStore } from './fit-store.js';
import type { KeptFit } from './kept-fit.js';

/** `fit` is JSON text as it was written: numbers and the order of fields stay as they are. */
const MIGRATIONS = ['CREATE TABLE fits (version integer PRIMARY KEY, fit text NOT NULL)'];

export interface PostgresFitStoreOptions extends PostgresOptions {
  /** Where the table is; made when missing. Default `perennial_churn`. */
  schema?: string;
}

/** Fits in a table of PostgreSQL, which machines share. Calls reject with PostgresUnavailableError when it is away. */
export class PostgresFitStore extends FitStore {
  /** Opens the table, and makes it where it is missing. */
  static async open({ schema = 'perennial_churn', ...connection }: PostgresFitStoreOptions): Promise<PostgresFitStore> {
    const db = openPostgres(connection);
    try {
      await migrate(db, schema, MIGRATIONS);
    } catch (error) {
      await db.close();
      throw error;
    }
    return new PostgresFitStore(db, `"${schema}".fits`);
  }

  private constructor(
    private readonly db: PostgresDatabase,
    private readonly table: string,
  ) {
    super();
  }

  last(): Promise<KeptFit | null> {
    return this.read('ORDER BY version DESC LIMIT 1');
  }

  find(version: number): Promise<KeptFit | null> {
    // What no fit can be called is no number of the table's either.
    return Number.isInteger(version) && Math.abs(version) < 2 ** 31
      ? this.read('WHERE version = $1', [version])
      : Promise.resolve(null);
  }

  add(fit: Omit<KeptFit, 'version'>): Promise<KeptFit> {
    return this.db.transaction(async (query) => {
      // One after the other, so that versions have no gaps; reading goes on.
      await query(`LOCK TABLE ${this.table} IN SHARE ROW EXCLUSIVE MODE`);
      const [{ version }] = await query<{ version: number }>(
        `SELECT coalesce(max(version), 0) + 1 AS version FROM ${this.table}`,
      );
      const kept: KeptFit = { ...fit, version };
      await query(`INSERT INTO ${this.table} VALUES ($1, $2)`, [version, JSON.stringify(kept)]);
      return kept;
    });
  }

  override close(): Promise<void> {
    return this.db.close();
  }

  private async read(which: string, values: readonly unknown[] = []): Promise<KeptFit | null> {
    const [row] = await this.db.query<{ fit: string }>(`SELECT fit FROM ${this.table} ${which}`, values);
    return row ? (JSON.parse(row.fit) as KeptFit) : null;
  }
}
