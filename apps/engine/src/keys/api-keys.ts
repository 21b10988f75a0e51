import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { ApiKeyRecord, EngineStore, Scope } from '@perennial/engine-store';
import type { EngineConfig } from '../config/engine-config.js';
import { CONFIG, ENGINE_STORE } from '../stores/tokens.js';

const PREFIX = 'pk_';
/** How long a key that another process made or removed may still be unknown, or known. */
const RELOAD_MS = 2_000;
const KEY = /^pk_[A-Za-z0-9_-]{43}$/;

/** Who may call: keys of 256 random bits, stored as hashes and looked up in memory. */
@Injectable()
export class ApiKeys implements OnApplicationShutdown {
  private readonly logger = new Logger(ApiKeys.name);
  private reloading: NodeJS.Timeout | null = null;
  private byHash: ReadonlyMap<string, ApiKeyRecord> = new Map();

  constructor(
    @Inject(ENGINE_STORE) private readonly store: EngineStore,
    @Inject(CONFIG) private readonly config: EngineConfig,
  ) {}

  /**
   * Reads the keys, and makes the first one where there is none.
   * @returns that first key, which is told this once; null when there are keys.
   */
  async open(): Promise<string | null> {
    const { key, record } = newKey('first admin key', ['admin']);
    const isFirst = await this.store.keys.addFirst(record);
    await this.reload();
    if (this.config.stores.readStore.kind !== 'sqlite') this.keepUp();
    return isFirst ? key : null;
  }

  onApplicationShutdown(): void {
    if (this.reloading) clearInterval(this.reloading);
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

  /** Other processes make and remove keys, too. */
  private keepUp(): void {
    this.reloading = setInterval(() => {
      this.reload().catch((error: unknown) => this.logger.warn({ err: error }, 'API keys could not be read anew'));
    }, RELOAD_MS);
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
