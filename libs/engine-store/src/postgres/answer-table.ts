import type { PostgresDatabase } from '@perennial/postgres';
import type { AnswerStore, Attempt, Beginning, StoredAnswer } from '../port.js';
import { HeldAttempts } from './held-attempts.js';

interface Row {
  fingerprint: string;
  status: number | null;
  body: string | null;
  content_type: string | null;
}

/**
 * Answers of all engines. Whoever begins an attempt holds it for a while, and anew as long as it is at it; when the process
 * dies, the while runs out and the next request takes over. Should a process sleep for longer than that, two are at it:
 * the ids of their facts are the same, and of their answers the first one counts.
 */
export class AnswerTable implements AnswerStore {
  readonly #table: string;
  readonly #held: HeldAttempts;

  constructor(
    private readonly db: PostgresDatabase,
    schema: string,
    private readonly heldMs: number,
  ) {
    this.#table = `"${schema}".answers`;
    this.#held = new HeldAttempts(db, this.#table, heldMs);
  }

  async begin(attempt: Attempt): Promise<Beginning> {
    if (!this.#held.add(attempt)) return { status: 'in-flight' };
    let beginning: Beginning | null = null;
    try {
      // Nothing is found where the one before took its try back in between: then this one is the first after all.
      while (beginning === null) beginning = (await this.#take(attempt)) ?? (await this.#lookUp(attempt));
      return beginning;
    } finally {
      if (beginning?.status !== 'begun') this.#held.delete(attempt);
    }
  }

  async complete(attempt: Attempt, { status, body, contentType }: StoredAnswer): Promise<void> {
    const { apiKeyId, idempotencyKey } = attempt;
    try {
      await this.db.query(
        `UPDATE ${this.#table} SET status = $3, body = $4, content_type = $5
         WHERE api_key_id = $1 AND idempotency_key = $2 AND status IS NULL`,
        [apiKeyId, idempotencyKey, status, body, contentType],
      );
    } finally {
      this.#held.delete(attempt);
    }
  }

  async withdraw(attempt: Attempt): Promise<void> {
    const { apiKeyId, idempotencyKey } = attempt;
    try {
      // Not when somebody else has taken over: that try is theirs now.
      await this.db.query(
        `DELETE FROM ${this.#table}
         WHERE api_key_id = $1 AND idempotency_key = $2 AND status IS NULL AND holder = $3`,
        [apiKeyId, idempotencyKey, this.#held.holder],
      );
    } finally {
      this.#held.delete(attempt);
    }
  }

  async forgetBefore(t: number): Promise<void> {
    await this.db.query(`DELETE FROM ${this.#table} WHERE started_at < $1`, [t]);
  }

  close(): Promise<void> {
    return this.#held.close();
  }

  /** In one statement: records a first try, or takes over the same request from a holder who is gone. */
  async #take({ apiKeyId, idempotencyKey, fingerprint, startedAt }: Attempt): Promise<Beginning | null> {
    const [taken] = await this.db.query<{ started_at: number }>(
      `INSERT INTO ${this.#table} AS known
         (api_key_id, idempotency_key, fingerprint, started_at, holder, held_until)
       VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $6 * interval '1 millisecond')
       ON CONFLICT (api_key_id, idempotency_key) DO UPDATE
         SET holder = excluded.holder, held_until = excluded.held_until
         WHERE known.status IS NULL AND known.held_until < clock_timestamp()
           AND known.fingerprint = excluded.fingerprint
       RETURNING started_at`,
      [apiKeyId, idempotencyKey, fingerprint, startedAt, this.#held.holder, this.heldMs],
    );
    return taken ? { status: 'begun', firstTryAt: taken.started_at } : null;
  }

  /** What is known of a key that cannot be taken; null when it is not known any more. */
  async #lookUp({ apiKeyId, idempotencyKey, fingerprint }: Attempt): Promise<Beginning | null> {
    const [known] = await this.db.query<Row & { held: boolean }>(
      `SELECT fingerprint, status, body, content_type, status IS NULL AND held_until >= clock_timestamp() AS held
       FROM ${this.#table} WHERE api_key_id = $1 AND idempotency_key = $2`,
      [apiKeyId, idempotencyKey],
    );
    if (known === undefined) return null;
    if (known.held) return { status: 'in-flight' };
    if (known.fingerprint !== fingerprint) return { status: 'other-request' };
    // Of the same request, and let go of in this very moment: it can be taken now.
    if (known.status === null) return null;
    return {
      status: 'answered',
      answer: { status: known.status, body: known.body!, contentType: known.content_type! },
    };
  }
}
