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

/** What a request with an `Idempotency-Key` meets. */
export type Beginning =
  /** It is to be carried out: for the first time, or again because every try before was cut off. UTC ms of the first. */
  | { status: 'begun'; firstTryAt: number }
  | { status: 'answered'; answer: StoredAnswer }
  /** The same key is being carried out now, by this process or another one. */
  | { status: 'in-flight' }
  /** The key is known, with another fingerprint. */
  | { status: 'other-request' };

/**
 * Whoever has begun an attempt holds it until `complete` or `withdraw`, and nobody else can begin it. What a process held
 * that is gone is free again: at once where the store belongs to one process, else after `HELD_MS`.
 */
export interface AnswerStore {
  begin(attempt: Attempt): Promise<Beginning>;
  /** Ends an attempt that was begun here with its answer; the first answer to a key is the one that is kept. */
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
