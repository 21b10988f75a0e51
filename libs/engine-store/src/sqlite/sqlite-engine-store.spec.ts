import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiKeyRecord, EngineStore } from '../port.js';
import { openSqliteEngineStore } from './sqlite-engine-store.js';

describe('the engine store', () => {
  let dir: string;
  let store: EngineStore;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-engine-store-'));
    store = openSqliteEngineStore({ path: join(dir, 'engine.db') });
  });

  afterEach(async () => {
    await store.close();
    rmSync(dir, { recursive: true });
  });

  const key = (id: string, ...scopes: ApiKeyRecord['scopes']): ApiKeyRecord => ({
    id,
    name: `key ${id}`,
    scopes,
    hash: `hash of ${id}`,
    createdAt: 1,
  });
  const attempt = { apiKeyId: 'k-1', idempotencyKey: 'i-1', fingerprint: 'f', startedAt: 5 };

  async function reopen(): Promise<void> {
    await store.close();
    store = openSqliteEngineStore({ path: join(dir, 'engine.db') });
  }

  it('keeps keys, and gives out a first one once', async () => {
    expect(await store.keys.addFirst(key('a', 'admin'))).toBe(true);
    expect(await store.keys.addFirst(key('b', 'admin'))).toBe(false);
    await store.keys.add(key('c', 'read', 'ingest'));
    await reopen();
    expect(await store.keys.list()).toEqual([key('a', 'admin'), key('c', 'read', 'ingest')]);
  });

  it('removes keys, but not the last one that may make others', async () => {
    await store.keys.add(key('a', 'admin'));
    await store.keys.add(key('b', 'read'));
    expect(await store.keys.remove('a')).toBe('last-admin');
    expect(await store.keys.remove('b')).toBe('removed');
    expect(await store.keys.remove('b')).toBe('unknown');
    await store.keys.add(key('d', 'admin'));
    expect(await store.keys.remove('a')).toBe('removed');
  });

  it('gives back the answer to a key that is used again, also after a restart', async () => {
    expect(await store.answers.begin(attempt)).toEqual({ ...attempt, answer: null });
    const answer = { status: 201, body: '{"a":1}', contentType: 'application/json' };
    await store.answers.complete(attempt, answer);
    await reopen();
    expect(await store.answers.begin({ ...attempt, fingerprint: 'g', startedAt: 9 })).toEqual({ ...attempt, answer });
    expect((await store.answers.begin({ ...attempt, apiKeyId: 'k-2' })).answer).toBeNull();
  });

  it('remembers that a try was cut off before its answer', async () => {
    await store.answers.begin(attempt);
    await reopen();
    expect(await store.answers.begin({ ...attempt, startedAt: 9 })).toEqual({ ...attempt, answer: null });
  });

  it('forgets what was withdrawn or is old', async () => {
    await store.answers.begin(attempt);
    await store.answers.withdraw(attempt);
    expect((await store.answers.begin({ ...attempt, startedAt: 6 })).startedAt).toBe(6);
    await store.answers.forgetBefore(7);
    expect((await store.answers.begin({ ...attempt, startedAt: 8 })).startedAt).toBe(8);
  });
});
