import { randomUUID } from 'node:crypto';
import type { PostgresDatabase } from '@perennial/postgres';
import { placeOf } from '../place-of.js';
import type { Attempt } from '../port.js';

/** What this process holds of attempts, and what keeps it held for as long as the process lives. */
export class HeldAttempts {
  /** Stands for this process. */
  readonly holder = randomUUID();
  readonly #held = new Map<string, Attempt>();
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param table of the answers, as statements name it.
   * @param heldMs how long an attempt is held without a word of its holder. It is held anew three times as often: commands
   *   take milliseconds, so hardly any is held anew at all.
   */
  constructor(
    private readonly db: PostgresDatabase,
    private readonly table: string,
    private readonly heldMs: number,
  ) {}

  /** @returns false when this process is at it already. */
  add(attempt: Attempt): boolean {
    const place = placeOf(attempt);
    if (this.#held.has(place)) return false;
    this.#held.set(place, attempt);
    this.#timer ??= setInterval(() => void this.#hold(this.heldMs).catch(() => undefined), this.heldMs / 3).unref();
    return true;
  }

  delete(attempt: Attempt): void {
    this.#held.delete(placeOf(attempt));
    if (this.#held.size === 0) this.#stop();
  }

  /** Lets go of what was left unanswered: another process need not wait. */
  async close(): Promise<void> {
    this.#stop();
    await this.#hold(0).catch(() => undefined);
    this.#held.clear();
  }

  async #hold(ms: number): Promise<void> {
    const attempts = [...this.#held.values()];
    if (attempts.length === 0) return;
    await this.db.query(
      `UPDATE ${this.table} SET held_until = clock_timestamp() + $2 * interval '1 millisecond'
       WHERE holder = $1 AND status IS NULL
         AND (api_key_id, idempotency_key) IN (SELECT * FROM unnest($3::text[], $4::text[]))`,
      [this.holder, ms, attempts.map(({ apiKeyId }) => apiKeyId), attempts.map(({ idempotencyKey }) => idempotencyKey)],
    );
  }

  #stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }
}
