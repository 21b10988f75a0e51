import type { ApiKeyRecord, Attempt, EngineStore } from '@perennial/engine-store';

/** An engine store under test: `open` gives it as an engine has it that starts. */
export interface EngineStoreUnderTest {
  open(): Promise<EngineStore>;
  dispose(): Promise<void>;
}

export function apiKey(id: string, ...scopes: ApiKeyRecord['scopes']): ApiKeyRecord {
  return { id, name: `key ${id}`, scopes, hash: `hash of ${id}`, createdAt: 1 };
}

export const ATTEMPT: Attempt = { apiKeyId: 'k-1', idempotencyKey: 'i-1', fingerprint: 'f', startedAt: 5 };
export const ANSWER = { status: 201, body: '{"a":1}', contentType: 'application/json' };

/** The behaviour that every adapter of the engine store has, written once against the port. */
export function engineStoreConformance(name: string, create: () => Promise<EngineStoreUnderTest>): void {
  describe(`engine store conformance: ${name}`, () => {
    let subject: EngineStoreUnderTest;
    let store: EngineStore;

    beforeEach(async () => {
      subject = await create();
      store = await subject.open();
    });
    afterEach(async () => {
      await store.close();
      await subject.dispose();
    });

    async function restart(): Promise<void> {
      await store.close();
      store = await subject.open();
    }

    it('keeps keys, and gives out a first one once', async () => {
      expect(await store.keys.addFirst(apiKey('a', 'admin'))).toBe(true);
      expect(await store.keys.addFirst(apiKey('b', 'admin'))).toBe(false);
      await store.keys.add(apiKey('c', 'read', 'ingest'));
      await restart();
      expect(await store.keys.list()).toEqual([apiKey('a', 'admin'), apiKey('c', 'read', 'ingest')]);
    });

    it('gives out one first key to many who ask at once', async () => {
      const added = await Promise.all(['a', 'b', 'c', 'd'].map((id) => store.keys.addFirst(apiKey(id, 'admin'))));
      expect(added.filter(Boolean)).toHaveLength(1);
      expect(await store.keys.list()).toHaveLength(1);
    });

    it('lists keys by age and id', async () => {
      for (const [id, createdAt] of Object.entries({ b: 2, C: 2, a: 3, d: 1 })) {
        await store.keys.add({ ...apiKey(id, 'read'), createdAt });
      }
      expect((await store.keys.list()).map(({ id }) => id)).toEqual(['d', 'C', 'b', 'a']);
    });

    it('removes keys, but not the last one that may make others', async () => {
      await store.keys.add(apiKey('a', 'admin'));
      await store.keys.add(apiKey('b', 'read'));
      expect(await store.keys.remove('a')).toBe('last-admin');
      expect(await store.keys.remove('b')).toBe('removed');
      expect(await store.keys.remove('b')).toBe('unknown');
      await store.keys.add(apiKey('d', 'admin'));
      expect(await store.keys.remove('a')).toBe('removed');
    });

    it('gives back the answer to a key that is used again, also after a restart', async () => {
      expect(await store.answers.begin(ATTEMPT)).toEqual({ status: 'begun', firstTryAt: 5 });
      await store.answers.complete(ATTEMPT, ANSWER);
      await restart();
      expect(await store.answers.begin({ ...ATTEMPT, startedAt: 9 })).toEqual({ status: 'answered', answer: ANSWER });
      expect(await store.answers.begin({ ...ATTEMPT, fingerprint: 'g' })).toEqual({ status: 'other-request' });
      expect((await store.answers.begin({ ...ATTEMPT, apiKeyId: 'k-2' })).status).toBe('begun');
    });

    it('lets one of many begin, and the others know that it is under way', async () => {
      const met = await Promise.all(Array.from({ length: 8 }, () => store.answers.begin(ATTEMPT)));
      expect(met.map(({ status }) => status).sort()).toEqual(['begun', ...Array<string>(7).fill('in-flight')]);
      await store.answers.complete(ATTEMPT, ANSWER);
      expect((await store.answers.begin(ATTEMPT)).status).toBe('answered');
    });

    it('remembers that a try was cut off before its answer, and when it was', async () => {
      await store.answers.begin(ATTEMPT);
      await restart();
      expect(await store.answers.begin({ ...ATTEMPT, fingerprint: 'g' })).toEqual({ status: 'other-request' });
      expect(await store.answers.begin({ ...ATTEMPT, startedAt: 9 })).toEqual({ status: 'begun', firstTryAt: 5 });
      expect((await store.answers.begin(ATTEMPT)).status).toBe('in-flight');
    });

    it('keeps the first answer', async () => {
      await store.answers.begin(ATTEMPT);
      await store.answers.complete(ATTEMPT, ANSWER);
      await store.answers.complete(ATTEMPT, { ...ANSWER, status: 409 });
      await store.answers.withdraw(ATTEMPT);
      expect(await store.answers.begin(ATTEMPT)).toEqual({ status: 'answered', answer: ANSWER });
    });

    it('forgets what was withdrawn or is old', async () => {
      await store.answers.begin(ATTEMPT);
      await store.answers.withdraw(ATTEMPT);
      const late = { ...ATTEMPT, startedAt: 6 };
      expect(await store.answers.begin(late)).toEqual({ status: 'begun', firstTryAt: 6 });
      await store.answers.complete(late, ANSWER);
      await store.answers.forgetBefore(7);
      expect(await store.answers.begin({ ...ATTEMPT, startedAt: 8 })).toEqual({ status: 'begun', firstTryAt: 8 });
    });
  });
}
