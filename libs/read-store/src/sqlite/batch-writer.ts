import type Database from 'better-sqlite3';
import { partitionOf } from '../partitions.js';
import { StaleCheckpointError, type MemberRow, type ProjectionBatch } from '../port.js';
import { requireAt } from '../queries/checkpoints.js';
import { ActivityWriter } from './activity-writer.js';
import type { GenerationMeta } from './generation-meta.js';
import { TaskWriter } from './task-writer.js';

/** Everything of a member but the state, as bound by `#putMember`. */
const COLUMNS = [
  'partition',
  'next_due',
  'enrolled',
  'tier',
  'stage',
  'available',
  'pending',
  'reserved',
  'debt',
  'purchases',
  'value',
  'last_purchase_at',
];

/** Writes batches of the projection, each in one transaction with its checkpoint. */
export class BatchWriter {
  readonly #meta: GenerationMeta;
  readonly #tasks: TaskWriter;
  readonly #activities: ActivityWriter;
  readonly #putMember: Database.Statement<unknown[]>;
  readonly #putState: Database.Statement<[string, number, string]>;
  readonly #removeMember: Database.Statement<[string]>;
  readonly #removeState: Database.Statement<[string]>;
  readonly #putChange: Database.Statement<[number, string, number, string, number, string]>;
  readonly #putLink: Database.Statement<[number, string, string, string, number]>;
  readonly #putParked: Database.Statement<[string, number, string, number]>;
  readonly #removeParked: Database.Statement<[string]>;
  readonly #dueAtLatest: Database.Statement<[{ due: number; partitions: string }]>;
  readonly #all: readonly number[];
  readonly #transaction: Database.Transaction<(batch: ProjectionBatch) => void>;

  constructor(db: Database.Database, meta: GenerationMeta) {
    this.#meta = meta;
    this.#tasks = new TaskWriter(db);
    this.#activities = new ActivityWriter(db);
    const excluded = COLUMNS.map((column) => `excluded.${column}`);
    // A fact that moves nothing but the state leaves the small row, and with it the indexes, alone.
    this.#putMember = db.prepare(
      `INSERT INTO members (customer_id, ${COLUMNS.join()}) VALUES (?${', ?'.repeat(COLUMNS.length)})
       ON CONFLICT (customer_id) DO UPDATE SET (${COLUMNS.join()}) = (${excluded.join()})
       WHERE (${COLUMNS.join()}) IS NOT (${excluded.join()})`,
    );
    this.#putState = db.prepare(
      `INSERT INTO member_states (customer_id, position, state) VALUES (?, ?, ?)
       ON CONFLICT (customer_id) DO UPDATE SET position = excluded.position, state = excluded.state`,
    );
    this.#removeMember = db.prepare('DELETE FROM members WHERE customer_id = ?');
    this.#removeState = db.prepare('DELETE FROM member_states WHERE customer_id = ?');
    // A position may be projected again after a crash; what comes of it is the same.
    this.#putChange = db.prepare(
      `INSERT INTO changes (position, customer_id, ordinal, type, at, body) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (position, customer_id, ordinal) DO NOTHING`,
    );
    this.#putLink = db.prepare(
      `INSERT INTO links (position, fact_id, alias_id, customer_id, occurred_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    this.#putParked = db.prepare(
      `INSERT INTO parked (customer_id, position, error, parked_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (customer_id) DO UPDATE
       SET position = excluded.position, error = excluded.error, parked_at = excluded.parked_at`,
    );
    this.#removeParked = db.prepare('DELETE FROM parked WHERE customer_id = ?');
    this.#dueAtLatest = db.prepare(
      `UPDATE members SET next_due = @due
       WHERE (next_due IS NULL OR next_due > @due) AND partition IN (SELECT value FROM json_each(@partitions))`,
    );
    this.#all = Array.from({ length: meta.partitions }, (_, partition) => partition);
    this.#transaction = db.transaction((batch: ProjectionBatch) => this.#write(batch));
  }

  /** @throws StaleCheckpointError when another projector, or another generation, has taken over. */
  commit(batch: ProjectionBatch): void {
    this.#transaction.immediate(batch);
  }

  #write(batch: ProjectionBatch): void {
    const { partitions = this.#all } = batch;
    this.#requireCheckpoint(batch, partitions);
    if (batch.dueAtLatest !== undefined) {
      this.#dueAtLatest.run({ due: batch.dueAtLatest, partitions: JSON.stringify(partitions) });
    }
    for (const member of batch.members) this.#put(member);
    for (const activity of batch.activities) this.#activities.put(activity);
    for (const customerId of batch.removedMembers) {
      this.#removeMember.run(customerId);
      this.#removeState.run(customerId);
      this.#activities.remove(customerId);
    }
    this.#tasks.replace(batch.removedMembers.map((customerId) => ({ customerId, tasks: [] })));
    this.#tasks.replace(batch.tasks);
    for (const row of batch.changes) {
      this.#putChange.run(row.position, row.customerId, row.ordinal, row.type, row.at, row.body);
    }
    for (const link of batch.links) {
      this.#putLink.run(link.position, link.factId, link.aliasId, link.customerId, link.occurredAt);
    }
    for (const row of batch.parked) this.#putParked.run(row.customerId, row.position, row.error, row.parkedAt);
    for (const customerId of batch.unparked) this.#removeParked.run(customerId);
    this.#meta.moveTo(batch.checkpoint, partitions);
  }

  /** Under the write lock, so the answer holds until the commit. */
  #requireCheckpoint({ expected }: ProjectionBatch, partitions: readonly number[]): void {
    const successor = this.#meta.successor();
    if (successor !== null) {
      throw new StaleCheckpointError(`Generation ${this.#meta.generation} was superseded by ${successor}`);
    }
    const checkpoints = this.#meta.checkpoints();
    for (const partition of partitions) requireAt(expected, checkpoints[partition], partition);
  }

  #put(member: MemberRow): void {
    this.#putMember.run(
      member.customerId,
      partitionOf(member.customerId, this.#all.length),
      member.nextDue,
      member.enrolled ? 1 : 0,
      member.tier,
      member.stage,
      member.available,
      member.pending,
      member.reserved,
      member.debt,
      member.purchases,
      member.value,
      member.lastPurchaseAt,
    );
    this.#putState.run(member.customerId, member.position, member.state);
  }
}
