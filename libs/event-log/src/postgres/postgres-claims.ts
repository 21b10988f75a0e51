import { migrate, openPostgres, type PostgresDatabase, PostgresUnavailableError } from '@perennial/postgres';
import {
  type Checkpoint,
  type ClaimStore,
  type Holder,
  type Range,
  type SetAside,
  UNJUDGED,
  type Verdicts,
} from '../claims/port.js';
import { LogUnavailableError } from '../port.js';
import { columnsOf, fromText, type LookRow, MIGRATIONS, type SetAsideRow, toSetAside, toText } from './claims-rows.js';
import { SharedLooks } from './shared-looks.js';

export interface PostgresClaimsOptions {
  /** `postgres://user:password@host:5432/database` */
  url: string;
  /** The claims are in the schema `{schema}_claims`. Default `perennial`. */
  schema?: string;
  /** Connections at once, at most. Default 4. */
  connections?: number;
}

/**
 * Opens the claims of a log in a PostgreSQL. Any number of processes may have them open.
 * @throws LogUnavailableError; Error when a newer program made them.
 */
export async function openPostgresClaims({
  url,
  schema = 'perennial',
  connections = 4,
}: PostgresClaimsOptions): Promise<ClaimStore> {
  const db = openPostgres({ url, connections });
  const name = `${schema}_claims`;
  try {
    await answer(() => migrate(db, name, MIGRATIONS));
  } catch (error) {
    await db.close();
    throw error;
  }
  return new PostgresClaims(db, name);
}

class PostgresClaims implements ClaimStore {
  readonly #looks = new SharedLooks((names) => this.#look(names));

  constructor(
    private readonly db: PostgresDatabase,
    private readonly schema: string,
  ) {}

  look(names: readonly string[]) {
    return this.#looks.look(names);
  }

  #look(names: readonly string[]) {
    return answer(async () => {
      // One statement sees one moment, whoever writes meanwhile. Thousands of names behind ANY would cost the planner
      // more than all the rest.
      const rows = await this.db.query<LookRow>(
        `SELECT NULL AS name, position, standing AS previous, stream, record_id FROM ${this.#table('judged')}
         UNION ALL
         SELECT encode(uuid_send(asked.name), 'hex'), claim.position, claim.previous, NULL, NULL
         FROM unnest($1::uuid[]) AS asked (name)
         CROSS JOIN LATERAL
           (SELECT position, previous FROM ${this.#table('claims')} WHERE name = asked.name OFFSET 0) AS claim`,
        [arrayOf(names)],
      );
      let checkpoint: Checkpoint = UNJUDGED;
      const holders = new Map<string, Holder>();
      for (const { name, position, previous, stream, record_id } of rows) {
        if (name !== null) holders.set(name, { position, previous });
        else checkpoint = { position, standing: previous, stream: fromText(stream!), recordId: fromText(record_id!) };
      }
      return { checkpoint, holders };
    });
  }

  save(verdicts: Verdicts): Promise<boolean> {
    const { from, checkpoint } = verdicts;
    return answer(() =>
      this.db.transaction(async (query) => {
        const [{ position }] = await query<{ position: number }>(
          `SELECT position FROM ${this.#table('judged')} FOR UPDATE`,
        );
        if (position < from) return false;
        if (position >= checkpoint.position) return true;
        // In the order of the index its pages are each gone through once.
        const claims = [...verdicts.claims].filter(([, holder]) => holder.position > position).sort(byName);
        await query(
          `INSERT INTO ${this.#table('claims')} SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[])`,
          [
            arrayOf(claims.map(([name]) => name)),
            arrayOf(claims.map(([, { position: at }]) => at)),
            arrayOf(claims.map(([, { previous }]) => previous)),
          ],
        );
        const asides = [...verdicts.asides.values()].filter((aside) => aside.position > position);
        if (asides.length > 0) {
          await query(
            `INSERT INTO ${this.#table('set_aside')}
             SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])`,
            columnsOf(asides),
          );
        }
        await query(`UPDATE ${this.#table('judged')} SET position = $1, standing = $2, stream = $3, record_id = $4`, [
          checkpoint.position,
          checkpoint.standing,
          toText(checkpoint.stream),
          toText(checkpoint.recordId),
        ]);
        return true;
      }),
    );
  }

  asides({ after, upTo, stream }: Range) {
    const [condition, values] =
      stream === undefined ? ['', [after, upTo]] : ['AND stream = $3', [after, upTo, toText(stream)]];
    return answer(async () => {
      const rows = await this.db.query<{ position: number; before: number }>(
        `SELECT position, before FROM ${this.#table('set_aside')} WHERE position > $1 AND position <= $2 ${condition}`,
        values,
      );
      return new Map(rows.map(({ position, before }) => [position, before]));
    });
  }

  asidesOf(factId: string) {
    return answer(async () => {
      const rows = await this.db.query<{ stream: string; position: number }>(
        `SELECT stream, position FROM ${this.#table('set_aside')} WHERE fact_id = $1`,
        [toText(factId)],
      );
      return rows.map(({ stream, position }) => ({ stream: fromText(stream), position }));
    });
  }

  setAside({ after = 0, limit = 100 } = {}): Promise<SetAside[]> {
    return answer(async () => {
      const rows = await this.db.query<SetAsideRow>(
        `SELECT position, stream, fact_id, taken, key, stands_as FROM ${this.#table('set_aside')}
         WHERE position > $1 AND taken IS NOT NULL ORDER BY position LIMIT $2`,
        [after, limit],
      );
      return rows.map(toSetAside);
    });
  }

  setAsideCount(): Promise<number> {
    return answer(async () => {
      const [{ count }] = await this.db.query<{ count: number }>(
        `SELECT count(taken) FROM ${this.#table('set_aside')}`,
      );
      return count;
    });
  }

  clear(position: number): Promise<void> {
    return answer(() =>
      this.db.transaction(async (query) => {
        const moved = await query(
          `UPDATE ${this.#table('judged')} SET position = 0, standing = 0, stream = '""', record_id = '""'
           WHERE position = $1 RETURNING 1`,
          [position],
        );
        if (moved.length > 0) await query(`TRUNCATE ${this.#table('claims')}, ${this.#table('set_aside')}`);
      }),
    );
  }

  close(): Promise<void> {
    return this.db.close();
  }

  #table(name: string): string {
    return `"${this.schema}".${name}`;
  }
}

function byName([a]: [string, Holder], [b]: [string, Holder]): number {
  return a < b ? -1 : 1;
}

/** An array of what needs no quotes, as PostgreSQL writes it: the driver would look at every character. */
function arrayOf(values: readonly (string | number)[]): string {
  return `{${values.join(',')}}`;
}

/** @throws LogUnavailableError while PostgreSQL is away. */
async function answer<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PostgresUnavailableError)) throw error;
    throw new LogUnavailableError(`The claims cannot be used now: ${error.message}`, { cause: error });
  }
}
