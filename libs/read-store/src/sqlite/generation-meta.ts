import type Database from 'better-sqlite3';
import type { Checkpoint } from '../port.js';

/** What a generation's file says about itself. */
export class GenerationMeta {
  readonly generation: number;
  readonly projectionVersion: number;
  readonly #checkpoint: Database.Statement<[], Checkpoint>;
  readonly #successor: Database.Statement<[], number | null>;

  constructor(private readonly db: Database.Database) {
    const { generation, projectionVersion } = db
      .prepare<[], { generation: number; projectionVersion: number }>(
        'SELECT generation, projection_version AS projectionVersion FROM meta WHERE id = 1',
      )
      .get()!;
    this.generation = generation;
    this.projectionVersion = projectionVersion;
    this.#checkpoint = db.prepare('SELECT position, clock, settled FROM meta WHERE id = 1');
    this.#successor = db.prepare<[], number | null>('SELECT successor FROM meta WHERE id = 1').pluck();
  }

  checkpoint(): Checkpoint {
    return this.#checkpoint.get()!;
  }

  /** The generation that superseded this one; null while this one is live or being filled. */
  successor(): number | null {
    return this.#successor.get()!;
  }

  /** Inside the transaction that writes what the checkpoint stands for. */
  moveTo({ position, clock, settled }: Checkpoint): void {
    this.db.prepare('UPDATE meta SET position = ?, clock = ?, settled = ? WHERE id = 1').run(position, clock, settled);
  }

  /** On the disk when it returns: from here on nobody writes to this generation any more. */
  supersedeBy(generation: number): void {
    this.db.pragma('synchronous = FULL');
    this.db.prepare('UPDATE meta SET successor = ? WHERE id = 1').run(generation);
    this.db.pragma('synchronous = NORMAL');
  }
}
