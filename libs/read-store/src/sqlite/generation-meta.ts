import type Database from 'better-sqlite3';
import type { Checkpoint } from '../port.js';

const LOWEST = 'SELECT min(position) AS position, min(clock) AS clock, min(settled) AS settled FROM checkpoints';

/** What a generation's file says about itself. */
export class GenerationMeta {
  readonly generation: number;
  readonly projectionVersion: number;
  readonly partitions: number;
  readonly #lowest: Database.Statement<[], Checkpoint>;
  readonly #each: Database.Statement<[], Checkpoint>;
  readonly #move: Database.Statement<[number, number, number, number]>;
  readonly #successor: Database.Statement<[], number | null>;

  constructor(private readonly db: Database.Database) {
    const { generation, projectionVersion } = db
      .prepare<[], { generation: number; projectionVersion: number }>(
        'SELECT generation, projection_version AS projectionVersion FROM meta WHERE id = 1',
      )
      .get()!;
    this.generation = generation;
    this.projectionVersion = projectionVersion;
    this.partitions = db.prepare<[], number>('SELECT count(*) FROM checkpoints').pluck().get()!;
    this.#lowest = db.prepare(LOWEST);
    this.#each = db.prepare('SELECT position, clock, settled FROM checkpoints ORDER BY partition');
    this.#move = db.prepare('UPDATE checkpoints SET position = ?, clock = ?, settled = ? WHERE partition = ?');
    this.#successor = db.prepare<[], number | null>('SELECT successor FROM meta WHERE id = 1').pluck();
  }

  /** Where all partitions have come to at least. */
  checkpoint(): Checkpoint {
    return this.#lowest.get()!;
  }

  checkpoints(): Checkpoint[] {
    return this.#each.all();
  }

  /** The generation that superseded this one; null while this one is live or being filled. */
  successor(): number | null {
    return this.#successor.get()!;
  }

  /** Inside the transaction that writes what the checkpoint stands for. */
  moveTo({ position, clock, settled }: Checkpoint, partitions: readonly number[]): void {
    for (const partition of partitions) this.#move.run(position, clock, settled, partition);
  }

  /** On the disk when it returns: from here on nobody writes to this generation any more. */
  supersedeBy(generation: number): void {
    this.db.pragma('synchronous = FULL');
    this.db.prepare('UPDATE meta SET successor = ? WHERE id = 1').run(generation);
    this.db.pragma('synchronous = NORMAL');
  }
}
