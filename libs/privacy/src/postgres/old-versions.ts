import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresDatabase } from '@perennial/postgres';

/** Up to this size the table is written anew, which takes less than a second, in which nobody gets at it. */
const SMALL_BYTES = 64 * 1024 * 1024;
const MOST_LOOKS = 10;
const PAUSE_MS = 50;
/** Somebody else kept the table locked, say a backup. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * PostgreSQL overwrites nothing: a destroyed key stays in the table, in an old version of its row, until that is removed.
 * VACUUM gives its space back, in which the bytes stay until something takes their place; only VACUUM FULL leaves none,
 * by writing what is left into a new file.
 */
export class OldVersions {
  constructor(
    private readonly db: PostgresDatabase,
    private readonly schema: string,
  ) {}

  /**
   * Removes what a transaction destroyed, and those before it. When that cannot be now, the next call does: the mark stays
   * that was made with it.
   * @param patient whether to wait a moment for the sessions that may still see what was before.
   */
  async remove(transaction: string, { patient }: { patient: boolean }): Promise<void> {
    if (await this.#isSeen(transaction, patient ? MOST_LOOKS : 1)) {
      // A new file would hold them too. In the old one what nobody sees any more can go.
      await this.#vacuum();
      return;
    }
    const done = (await this.#isSmall()) ? await this.#vacuum('FULL') : await this.#vacuum();
    if (!done) return;
    await this.db.query(`UPDATE "${this.schema}".state SET unclean = NULL WHERE unclean = $1::text::xid8`, [
      transaction,
    ]);
  }

  async #isSmall(): Promise<boolean> {
    const [{ bytes }] = await this.db.query<{ bytes: number }>(
      `SELECT pg_relation_size('"${this.schema}".keys') AS bytes`,
    );
    return bytes <= SMALL_BYTES;
  }

  async #isSeen(transaction: string, mostLooks: number): Promise<boolean> {
    for (let looks = 0; looks < mostLooks; looks++) {
      if (looks > 0) await sleep(PAUSE_MS);
      const seeing = await this.db.query(
        `SELECT 1 FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()
           AND greatest(age(backend_xmin), age(backend_xid)) >= age($1::text::xid8::xid) LIMIT 1`,
        [transaction],
      );
      if (seeing.length === 0) return false;
    }
    return true;
  }

  /** @returns false when somebody else has the table. */
  async #vacuum(how: 'FULL' | '' = ''): Promise<boolean> {
    try {
      await this.db.query(`VACUUM ${how} "${this.schema}".keys`);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return false;
      throw error;
    }
  }
}
