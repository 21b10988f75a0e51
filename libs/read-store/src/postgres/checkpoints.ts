import type { Query } from '@perennial/postgres';
import { type Checkpoint, type ProjectionBatch, StaleCheckpointError } from '../port.js';
import { requireAt } from '../queries/checkpoints.js';
import type { Statement } from './bulk.js';
import type { CompiledQueries } from './compiled-queries.js';

interface Locked extends Checkpoint {
  partition: number;
  successor: number | null;
}

/** How far each partition of a generation is. */
export class Checkpoints {
  readonly #lowest: string;
  readonly #each: string;
  readonly #lock: string;
  readonly #move: string;

  constructor(
    private readonly queries: CompiledQueries,
    private readonly generation: number,
  ) {
    const table = queries.table('checkpoints');
    this.#lowest = `SELECT min(position) AS position, min(clock) AS clock, min(settled) AS settled FROM ${table}`;
    this.#each = `SELECT position, clock, settled FROM ${table} ORDER BY partition`;
    this.#lock =
      `SELECT partition, position, clock, settled, successor FROM ${table} WHERE partition = ANY ($1::integer[]) ` +
      'ORDER BY partition FOR UPDATE';
    this.#move = `UPDATE ${table} SET position = $2, clock = $3, settled = $4 WHERE partition = ANY ($1::integer[])`;
  }

  /** Where all partitions have come to at least. */
  async lowest(): Promise<Checkpoint> {
    return (await this.queries.rows<Checkpoint>(this.#lowest))[0];
  }

  each(): Promise<Checkpoint[]> {
    return this.queries.rows<Checkpoint>(this.#each);
  }

  /** Nobody else writes to these partitions, nor supersedes the generation, until the end of the transaction. */
  lock(query: Query, partitions: readonly number[]): Promise<Locked[]> {
    return query<Locked>(this.#lock, [partitions], true);
  }

  /** @throws StaleCheckpointError when another projector, or another generation, has taken over. */
  requireUnmoved(locked: readonly Locked[], { expected }: ProjectionBatch): void {
    for (const { partition, successor, ...checkpoint } of locked) {
      if (successor !== null) {
        throw new StaleCheckpointError(`Generation ${this.generation} was superseded by ${successor}`);
      }
      requireAt(expected, checkpoint, partition);
    }
  }

  move({ position, clock, settled }: Checkpoint, partitions: readonly number[]): Statement {
    return [this.#move, [partitions, position, clock, settled]];
  }
}
