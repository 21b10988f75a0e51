import type { PostgresDatabase, Query } from '@perennial/postgres';
import { KeysUnavailableError } from '../errors.js';
import type { ErasuresFound, ErasuresKnown, KeyTable, WrappedKey } from '../key-table.js';
import { OldVersions } from './old-versions.js';

/** For how long what was told of destroyed keys holds: so long after an erasure another process may use a key, at most. */
const CURRENT_MS = 1_000;

interface Destruction {
  number: number;
  unclean: string;
}

/**
 * Wrapped keys in PostgreSQL, which processes of several machines share. A process asks whether keys were destroyed a few
 * times a second as long as it uses any, by a counter of one row, and uses none when it got no answer for a second; keys
 * that it has in memory cost no other statement.
 */
export class PostgresKeyTable implements KeyTable {
  readonly #oldVersions: OldVersions;
  /** Steps that destroyed keys, as far as this process was told; null before it asked. */
  #destructions: number | null = null;
  /** When that question was put, by a clock that nobody sets. */
  #askedAt = -Infinity;
  #asking: Promise<boolean> | null = null;

  /** @param askEveryMs how long an answer is repeated before the question is put again. */
  constructor(
    private readonly db: PostgresDatabase,
    private readonly schema: string,
    private readonly askEveryMs: number,
  ) {
    this.#oldVersions = new OldVersions(db, schema);
  }

  async changedElsewhere(): Promise<boolean> {
    if (performance.now() - this.#askedAt < this.askEveryMs) return false;
    return (this.#asking ??= this.#ask().finally(() => (this.#asking = null)));
  }

  isCurrent(): boolean {
    return performance.now() - this.#askedAt <= CURRENT_MS;
  }

  async find(customerIds: readonly string[]): Promise<WrappedKey[]> {
    if (customerIds.length === 0) return [];
    const rows = await this.#query<{ customer_id: string; wrapped: Buffer }>(
      `SELECT customer_id, wrapped FROM "${this.schema}".keys WHERE customer_id = ANY ($1::text[]) AND NOT destroyed`,
      [customerIds],
    );
    return rows.map(({ customer_id, wrapped }) => [customer_id, wrapped]);
  }

  add(keys: ReadonlyMap<string, Uint8Array>, masterFingerprint: string): Promise<Set<string> | null> {
    return this.#transaction(async (query) => {
      await query(`UPDATE "${this.schema}".state SET master = $1 WHERE master IS NULL`, [masterFingerprint]);
      const [{ master }] = await query<{ master: string }>(`SELECT master FROM "${this.schema}".state`);
      if (master !== masterFingerprint) return null;
      // In one order everywhere: then those who add the same ones wait for each other, and never in a circle.
      const added = await query<{ customer_id: string }>(
        `INSERT INTO "${this.schema}".keys (customer_id, wrapped, destroyed)
         SELECT customer_id, wrapped, false FROM unnest($1::text[], $2::bytea[]) AS made (customer_id, wrapped)
         ORDER BY customer_id COLLATE "C" ON CONFLICT (customer_id) DO NOTHING RETURNING customer_id`,
        [[...keys.keys()], [...keys.values()]],
      );
      return new Set(added.map(({ customer_id }) => customer_id));
    });
  }

  async masterFingerprint(): Promise<string | null> {
    const [{ master }] = await this.#query<{ master: string | null }>(`SELECT master FROM "${this.schema}".state`);
    return master;
  }

  async destroyedIds(): Promise<string[]> {
    const rows = await this.#query<{ customer_id: string }>(
      `SELECT customer_id FROM "${this.schema}".keys WHERE destroyed`,
    );
    return rows.map(({ customer_id }) => customer_id);
  }

  async erasures(): Promise<ErasuresKnown> {
    // One statement: all of it as of one instant.
    const [{ erased, place_position, place_record }] = await this.#query<{
      erased: string[];
      place_position: number;
      place_record: string;
    }>(
      `SELECT place_position, place_record, ARRAY(SELECT customer_id FROM "${this.schema}".erased) AS erased
       FROM "${this.schema}".state`,
    );
    return { erased, place: { position: place_position, recordId: place_record } };
  }

  /** Afterwards row versions that hold those keys are gone, or are when the sessions have ended that may still see them. */
  async settle({ erased, destroyed, place }: ErasuresFound): Promise<void> {
    const { unclean, destruction } = await this.#transaction(async (query) => {
      // First of all, so that those who settle at once do it one after the other.
      const [state] = await query<{ unclean: string | null }>(
        `UPDATE "${this.schema}".state SET place_position = $1, place_record = $2 RETURNING unclean::text`,
        [place.position, place.recordId],
      );
      await query(`INSERT INTO "${this.schema}".erased SELECT DISTINCT unnest($1::text[]) ON CONFLICT DO NOTHING`, [
        [...erased],
      ]);
      const destruction = await this.#destroy(query, [...destroyed]);
      return { destruction, unclean: destruction?.unclean ?? state.unclean };
    });
    // One's own is no news.
    if (destruction && destruction.number - 1 === this.#destructions) this.#destructions = destruction.number;
    if (unclean === null) return;
    await this.#answer(() => this.#oldVersions.remove(unclean, { patient: destruction !== null }));
  }

  close(): Promise<void> {
    return this.db.close();
  }

  /** @returns which destruction it is, and in which transaction; null when there was nothing to destroy. */
  async #destroy(query: Query, customerIds: readonly string[]): Promise<Destruction | null> {
    const destroyed = await query(
      `INSERT INTO "${this.schema}".keys AS known (customer_id, wrapped, destroyed)
       SELECT DISTINCT customer_id COLLATE "C", ''::bytea, true FROM unnest($1::text[]) AS gone (customer_id) ORDER BY 1
       ON CONFLICT (customer_id) DO UPDATE SET wrapped = ''::bytea, destroyed = true WHERE NOT known.destroyed
       RETURNING 1`,
      [customerIds],
    );
    if (destroyed.length === 0) return null;
    const [destruction] = await query<Destruction>(
      `UPDATE "${this.schema}".state SET destructions = destructions + 1, unclean = pg_current_xact_id()
       RETURNING destructions AS number, unclean::text`,
    );
    return destruction;
  }

  async #ask(): Promise<boolean> {
    const askedAt = performance.now();
    const [{ destructions }] = await this.#query<{ destructions: number }>(
      `SELECT destructions FROM "${this.schema}".state`,
    );
    const changed = this.#destructions !== null && this.#destructions !== destructions;
    this.#destructions = destructions;
    this.#askedAt = askedAt;
    return changed;
  }

  #query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    return this.#answer(() => this.db.query<Row>(text, values));
  }

  #transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#answer(() => this.db.transaction(work));
  }

  /** Whatever the server refuses, it is the keys that cannot be used. */
  async #answer<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw KeysUnavailableError.from(error as Error);
    }
  }
}
