import type Database from 'better-sqlite3';
import type { Checkpoint, ClaimStore, Holder, Range, SetAside, Verdicts } from '../claims/port.js';
import { LogUnavailableError } from '../port.js';
import { customerIdOf } from '../streams.js';
import { openClaimsFile } from './claims-file.js';
import { hasSqliteCode } from './sqlite-error.js';

interface SetAsideRow {
  position: number;
  stream: string;
  fact_id: string;
  taken: 'id' | 'key';
  key: string;
  stands_as: string;
}

const UNAVAILABLE = ['SQLITE_BUSY', 'SQLITE_FULL', 'SQLITE_IOERR'];

/**
 * Opens the claims of a log in a SQLite file, creating it when it is missing. Any number of processes may have it open.
 * @throws Error that says so when the file holds something else, is of a newer format, or cannot be opened.
 */
export function openSqliteClaims({ path }: { path: string }): ClaimStore {
  return new SqliteClaims(openClaimsFile(path));
}

class SqliteClaims implements ClaimStore {
  readonly #checkpoint: Database.Statement<[], Checkpoint>;
  readonly #holders: Database.Statement<[string], [name: string, position: number, previous: number]>;
  readonly #claim: Database.Statement<[string, number, number]>;
  readonly #put: Database.Statement<unknown[]>;
  readonly #move: Database.Statement<[Checkpoint]>;
  readonly #asides: Database.Statement<[number, number], [number, number]>;
  readonly #asidesOfStream: Database.Statement<[string, number, number], [number, number]>;
  readonly #asidesOf: Database.Statement<[string], { stream: string; position: number }>;
  readonly #setAside: Database.Statement<[number, number], SetAsideRow>;
  readonly #count: Database.Statement<[], number>;

  constructor(private readonly db: Database.Database) {
    this.#checkpoint = db.prepare('SELECT position, standing, stream, record_id AS recordId FROM judged');
    this.#holders = db
      .prepare<[string], [string, number, number]>(
        `SELECT lower(hex(name)), position, previous FROM claims
         WHERE name IN (SELECT unhex(value) FROM json_each(?))`,
      )
      .raw();
    this.#claim = db.prepare('INSERT INTO claims (name, position, previous) VALUES (unhex(?), ?, ?)');
    this.#put = db.prepare(
      `INSERT INTO set_aside (position, before, stream, fact_id, taken, key, stands_as) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#move = db.prepare(
      'UPDATE judged SET position = @position, standing = @standing, stream = @stream, record_id = @recordId',
    );
    this.#asides = db
      .prepare<[number, number], [number, number]>(
        'SELECT position, before FROM set_aside WHERE position > ? AND position <= ?',
      )
      .raw();
    this.#asidesOfStream = db
      .prepare<[string, number, number], [number, number]>(
        'SELECT position, before FROM set_aside WHERE stream = ? AND position > ? AND position <= ?',
      )
      .raw();
    this.#asidesOf = db.prepare('SELECT stream, position FROM set_aside WHERE fact_id = ?');
    this.#setAside = db.prepare(
      `SELECT position, stream, fact_id, taken, key, stands_as FROM set_aside
       WHERE position > ? AND taken IS NOT NULL ORDER BY position LIMIT ?`,
    );
    this.#count = db.prepare<[], number>('SELECT count(taken) FROM set_aside').pluck();
  }

  look(names: readonly string[]) {
    return this.#answer(() =>
      // Both as of one moment, whoever writes meanwhile.
      this.db.transaction(() => {
        const checkpoint = this.#checkpoint.get()!;
        const rows = names.length === 0 ? [] : this.#holders.all(JSON.stringify(names));
        const holders = new Map<string, Holder>(
          rows.map(([name, position, previous]) => [name, { position, previous }]),
        );
        return { checkpoint, holders };
      })(),
    );
  }

  save(verdicts: Verdicts): Promise<boolean> {
    return this.#answer(() => this.db.transaction(() => this.#save(verdicts)).immediate());
  }

  #save({ from, checkpoint, claims, asides }: Verdicts): boolean {
    const { position } = this.#checkpoint.get()!;
    if (position < from) return false;
    if (position >= checkpoint.position) return true;
    // In the order of the table its pages are each gone through once.
    for (const name of [...claims.keys()].sort()) {
      const holder = claims.get(name)!;
      if (holder.position > position) this.#claim.run(name, holder.position, holder.previous);
    }
    for (const { position: at, before, stream, factId, taken } of asides.values()) {
      if (at <= position) continue;
      this.#put.run(at, before, stream, factId, taken?.on ?? null, taken?.key ?? null, taken?.standsAs ?? null);
    }
    this.#move.run(checkpoint);
    return true;
  }

  asides({ after, upTo, stream }: Range) {
    return this.#answer(
      () =>
        new Map(stream === undefined ? this.#asides.all(after, upTo) : this.#asidesOfStream.all(stream, after, upTo)),
    );
  }

  asidesOf(factId: string) {
    return this.#answer(() => this.#asidesOf.all(factId));
  }

  setAside({ after = 0, limit = 100 } = {}): Promise<SetAside[]> {
    return this.#answer(() =>
      this.#setAside.all(after, limit).map(({ position, stream, fact_id, taken, key, stands_as }) => ({
        position,
        factId: fact_id,
        customerId: customerIdOf(stream),
        on: taken,
        key,
        standsAs: stands_as,
      })),
    );
  }

  setAsideCount(): Promise<number> {
    return this.#answer(() => this.#count.get()!);
  }

  clear(position: number): Promise<void> {
    return this.#answer(() =>
      this.db
        .transaction(() => {
          if (this.#checkpoint.get()!.position !== position) return;
          this.db.exec(
            `DELETE FROM claims; DELETE FROM set_aside;
             UPDATE judged SET position = 0, standing = 0, stream = '', record_id = '';`,
          );
        })
        .immediate(),
    );
  }

  close(): Promise<void> {
    this.db.close();
    return Promise.resolve();
  }

  /** Does the work in this turn; whatever it throws becomes a rejection. */
  async #answer<T>(work: () => T): Promise<T> {
    try {
      return await Promise.resolve(work());
    } catch (error) {
      if (!UNAVAILABLE.some((code) => hasSqliteCode(error, code))) throw error;
      throw new LogUnavailableError(`The claims cannot be used now: ${(error as Error).message}`, { cause: error });
    }
  }
}
