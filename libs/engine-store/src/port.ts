/**
 * What the HTTP engine keeps for itself: who may call it, and what it answered. Nothing of this is a fact, so it is
 * neither in the log nor in the read store.
 */

export const SCOPES = ['ingest', 'read', 'operate', 'admin'] as const;
/** What a key allows: send facts; read; carry out commands on members; everything, programs and keys included. */
export type Scope = (typeof SCOPES)[number];

export interface ApiKeyRecord {
  id: string;
  /** For people: what the key is for. */
  name: string;
  scopes: Scope[];
  /** SHA-256 of the key, hex. The key itself is stored nowhere. */
  hash: string;
  /** UTC ms. */
  createdAt: number;
}

export interface ApiKeyStore {
  list(): Promise<ApiKeyRecord[]>;
  add(key: ApiKeyRecord): Promise<void>;
  /** Adds the key when there is none at all. @returns whether it did. */
  addFirst(key: ApiKeyRecord): Promise<boolean>;
  /** @returns false when there is no such key, or it is the last one of scope `admin`. */
  remove(id: string): Promise<'removed' | 'unknown' | 'last-admin'>;
}

/** An answer of a command, as it was sent. */
export interface StoredAnswer {
  status: number;
  /** JSON text. */
  body: string;
  contentType: string;
}

/** One use of an `Idempotency-Key`; keys of different API keys are different keys. */
export interface Attempt {
  apiKeyId: string;
  idempotencyKey: string;
  /** Stands for method, path and body: the same key with another one is a mistake of the sender. */
  fingerprint: string;
  /** UTC ms of the first try. */
  startedAt: number;
}

export interface AnswerStore {
  /** Records a first try; for a key that is known, gives what is known: an attempt without an answer was cut off. */
  begin(attempt: Attempt): Promise<Attempt & { answer: StoredAnswer | null }>;
  complete(attempt: Attempt, answer: StoredAnswer): Promise<void>;
  /** Takes a try back that came to nothing that should be repeated (a failure of the engine itself). */
  withdraw(attempt: Attempt): Promise<void>;
  /** Drops attempts that started before `t`, UTC ms. */
  forgetBefore(t: number): Promise<void>;
}

export interface EngineStore {
  readonly keys: ApiKeyStore;
  readonly answers: AnswerStore;
  close(): Promise<void>;
}
