import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { ApiKeyRecord, EngineStore, Scope } from '@perennial/engine-store';
import { ENGINE_STORE } from '../stores/tokens.js';

const PREFIX = 'pk_';
const KEY = /^pk_[A-Za-z0-9_-]{43}$/;

/** Who may call: keys of 256 random bits, stored as hashes and looked up in memory. */
@Injectable()
export class ApiKeys {
  private byHash: ReadonlyMap<string, ApiKeyRecord> = new Map();

  constructor(@Inject(ENGINE_STORE) private readonly store: EngineStore) {}

  /**
   * Reads the keys, and makes the first one where there is none.
   * @returns that first key, which is told this once; null when there are keys.
   */
  async open(): Promise<string | null> {
    const { key, record } = newKey('first admin key', ['admin']);
    const isFirst = await this.store.keys.addFirst(record);
    await this.reload();
    return isFirst ? key : null;
  }

  /** @returns the new key, which is told this once, and what is kept of it. */
  async create(name: string, scopes: Scope[]): Promise<{ key: string; record: ApiKeyRecord }> {
    const created = newKey(name, scopes);
    await this.store.keys.add(created.record);
    await this.reload();
    return created;
  }

  list(): Promise<ApiKeyRecord[]> {
    return this.store.keys.list();
  }

  async remove(id: string): Promise<'removed' | 'unknown' | 'last-admin'> {
    const outcome = await this.store.keys.remove(id);
    await this.reload();
    return outcome;
  }

  /** @param key as the caller sent it. @returns null when it is none of the keys. */
  find(key: string): ApiKeyRecord | null {
    if (!KEY.test(key)) return null;
    const hashed = hashOf(key);
    const record = this.byHash.get(hashed);
    // How long the search in the map took says something of a hash, nothing of a key; the answer hangs on this compare.
    return record && timingSafeEqual(Buffer.from(record.hash), Buffer.from(hashed)) ? record : null;
  }

  private async reload(): Promise<void> {
    this.byHash = new Map((await this.store.keys.list()).map((record) => [record.hash, record]));
  }
}

function newKey(name: string, scopes: Scope[]): { key: string; record: ApiKeyRecord } {
  const key = PREFIX + randomBytes(32).toString('base64url');
  const id = `key_${randomBytes(9).toString('base64url')}`;
  return { key, record: { id, name, scopes, hash: hashOf(key), createdAt: Date.now() } };
}

function hashOf(key: string): string {
  return hash('sha256', key);
}
