import type { PostgresDatabase, Query } from '@perennial/postgres';
import type { ApiKeyRecord, ApiKeyStore, Scope } from '../port.js';

interface Row {
  id: string;
  name: string;
  scopes: string;
  hash: string;
  created_at: number;
}

export class ApiKeyTable implements ApiKeyStore {
  readonly #table: string;

  constructor(
    private readonly db: PostgresDatabase,
    schema: string,
  ) {
    this.#table = `"${schema}".api_keys`;
  }

  async list(): Promise<ApiKeyRecord[]> {
    return this.#rows(this.db.query);
  }

  async add(key: ApiKeyRecord): Promise<void> {
    await this.#insert(this.db.query, key);
  }

  addFirst(key: ApiKeyRecord): Promise<boolean> {
    return this.#alone(async (query) => {
      if ((await this.#rows(query)).length > 0) return false;
      await this.#insert(query, key);
      return true;
    });
  }

  remove(id: string): Promise<'removed' | 'unknown' | 'last-admin'> {
    return this.#alone(async (query) => {
      const keys = await this.#rows(query);
      if (!keys.some((key) => key.id === id)) return 'unknown';
      const admins = keys.filter(({ scopes }) => scopes.includes('admin'));
      if (admins.length === 1 && admins[0].id === id) return 'last-admin';
      await query(`DELETE FROM ${this.#table} WHERE id = $1`, [id]);
      return 'removed';
    });
  }

  /** What depends on which keys there are is decided while nobody else changes them; reading goes on. */
  #alone<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.db.transaction(async (query) => {
      await query(`LOCK TABLE ${this.#table} IN SHARE ROW EXCLUSIVE MODE`);
      return work(query);
    });
  }

  async #rows(query: Query): Promise<ApiKeyRecord[]> {
    const rows = await query<Row>(`SELECT * FROM ${this.#table} ORDER BY created_at, id`);
    return rows.map(({ id, name, scopes, hash, created_at }) => {
      return { id, name, scopes: scopes.split(' ') as Scope[], hash, createdAt: created_at };
    });
  }

  async #insert(query: Query, { id, name, scopes, hash, createdAt }: ApiKeyRecord): Promise<void> {
    await query(`INSERT INTO ${this.#table} (id, name, scopes, hash, created_at) VALUES ($1, $2, $3, $4, $5)`, [
      id,
      name,
      scopes.join(' '),
      hash,
      createdAt,
    ]);
  }
}
