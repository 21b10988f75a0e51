import type Database from 'better-sqlite3';
import type { ApiKeyRecord, ApiKeyStore, Scope } from '../port.js';

interface Row {
  id: string;
  name: string;
  scopes: string;
  hash: string;
  created_at: number;
}

export class ApiKeyTable implements ApiKeyStore {
  constructor(private readonly db: Database.Database) {}

  list(): Promise<ApiKeyRecord[]> {
    return Promise.resolve(this.rows().map(toRecord));
  }

  add(key: ApiKeyRecord): Promise<void> {
    this.insert(key);
    return Promise.resolve();
  }

  addFirst(key: ApiKeyRecord): Promise<boolean> {
    const add = this.db.transaction(() => {
      if (this.rows().length > 0) return false;
      this.insert(key);
      return true;
    });
    return Promise.resolve(add.immediate());
  }

  remove(id: string): Promise<'removed' | 'unknown' | 'last-admin'> {
    const remove = this.db.transaction(() => {
      const keys = this.rows().map(toRecord);
      const key = keys.find((candidate) => candidate.id === id);
      if (!key) return 'unknown';
      const admins = keys.filter(({ scopes }) => scopes.includes('admin'));
      if (admins.length === 1 && admins[0].id === id) return 'last-admin';
      this.db.prepare('DELETE FROM api_keys WHERE id = ?').run(id);
      return 'removed';
    });
    return Promise.resolve(remove.immediate());
  }

  private rows(): Row[] {
    return this.db.prepare<[], Row>('SELECT * FROM api_keys ORDER BY created_at, id').all();
  }

  private insert({ id, name, scopes, hash, createdAt }: ApiKeyRecord): void {
    this.db.prepare('INSERT INTO api_keys VALUES (?, ?, ?, ?, ?)').run(id, name, scopes.join(' '), hash, createdAt);
  }
}

function toRecord({ id, name, scopes, hash, created_at }: Row): ApiKeyRecord {
  return { id, name, scopes: scopes.split(' ') as Scope[], hash, createdAt: created_at };
}
