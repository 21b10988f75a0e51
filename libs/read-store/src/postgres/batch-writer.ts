import { bigintArray, type PostgresDatabase, textArray } from '@perennial/postgres';
import { partitionOf } from '../partitions.js';
import type { ChangeRow, LinkRow, MemberRow, MemberTasks, ParkedRow, ProjectionBatch } from '../port.js';
import type { ActivityMarks } from './activity-marks.js';
import { ActivityWriter } from './activity-writer.js';
import { type Column, inPieces, insertion, lastOfEach, runAll, type Statement, text, upsert, whole } from './bulk.js';
import type { Checkpoints } from './checkpoints.js';
import type { CompiledQueries } from './compiled-queries.js';
import { TaskWriter } from './task-writer.js';
import { storable } from './text.js';

const STATE: readonly Column<MemberRow>[] = [
  text('customer_id', (row) => row.customerId),
  whole('position', (row) => row.position),
  text('state', (row) => row.state),
];
const CHANGE: readonly Column<ChangeRow>[] = [
  whole('position', (row) => row.position),
  text('customer_id', (row) => row.customerId),
  whole('ordinal', (row) => row.ordinal),
  text('type', (row) => row.type),
  whole('at', (row) => row.at),
  text('body', (row) => row.body),
];
const LINK: readonly Column<LinkRow>[] = [
  whole('position', (row) => row.position),
  text('fact_id', (row) => row.factId),
  text('alias_id', (row) => row.aliasId),
  text('customer_id', (row) => row.customerId),
  whole('occurred_at', (row) => row.occurredAt),
];
const PARKED: readonly Column<ParkedRow>[] = [
  text('customer_id', (row) => row.customerId),
  whole('position', (row) => row.position),
  text('error', (row) => storable(row.error)),
  whole('parked_at', (row) => row.parkedAt),
];

/** Everything of a member but the state. */
function memberColumns(partitions: number): readonly Column<MemberRow>[] {
  return [
    text('customer_id', (row) => row.customerId),
    whole('partition', (row) => partitionOf(row.customerId, partitions)),
    whole('next_due', (row) => row.nextDue),
    whole('enrolled', (row) => (row.enrolled ? 1 : 0)),
    text('tier', (row) => row.tier),
    text('stage', (row) => row.stage),
    whole('available', (row) => row.available),
    whole('pending', (row) => row.pending),
    whole('reserved', (row) => row.reserved),
    whole('debt', (row) => row.debt),
    whole('purchases', (row) => row.purchases),
    whole('value', (row) => row.value),
    whole('last_purchase_at', (row) => row.lastPurchaseAt),
  ];
}

function statementsFor(queries: CompiledQueries, member: readonly Column<MemberRow>[]) {
  const table = (name: string) => queries.table(name);
  const without = (name: string) => `DELETE FROM ${table(name)} WHERE customer_id = ANY ($1::text[])`;
  return {
    // A fact that moves nothing but the state leaves the small row, and with it the indexes, alone.
    member: upsert(table('members'), member),
    state: upsert(table('member_states'), STATE),
    // A position may be projected again after a crash; what comes of it is the same.
    change: `${insertion(table('changes'), CHANGE)} ON CONFLICT DO NOTHING`,
    link: `${insertion(table('links'), LINK)} ON CONFLICT DO NOTHING`,
    parked: upsert(table('parked'), PARKED),
    due:
      `UPDATE ${table('members')} SET next_due = $1 ` +
      'WHERE (next_due IS NULL OR next_due > $1) AND partition = ANY ($2::bigint[])',
    removeMember: without('members'),
    removeState: without('member_states'),
    unpark: without('parked'),
  };
}

/**
 * Every row is found by its key: tables grow by the thousand in one transaction, before the server knows their size.
 * Compiling a statement of thousands of rows, which is what it takes them for, would take longer than running it.
 */
const BEGIN =
  'BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; ' +
  'SET LOCAL jit = off';
/** What is lost with the server's power is a generation that nobody fills any more. */
const BEGIN_FILLING = `${BEGIN}; SET LOCAL synchronous_commit = off`;

/** Writes batches of the projection, each in one transaction with its checkpoint: a statement for each table. */
export class BatchWriter {
  readonly #member: readonly Column<MemberRow>[];
  readonly #tasks: TaskWriter;
  readonly #activities: ActivityWriter;
  readonly #all: readonly number[];
  readonly #sql: ReturnType<typeof statementsFor>;

  constructor(
    private readonly db: PostgresDatabase,
    queries: CompiledQueries,
    private readonly checkpoints: Checkpoints,
    marks: ActivityMarks,
    partitions: number,
  ) {
    this.#member = memberColumns(partitions);
    this.#tasks = new TaskWriter(queries);
    this.#activities = new ActivityWriter(queries, marks);
    this.#all = Array.from({ length: partitions }, (_, partition) => partition);
    this.#sql = statementsFor(queries, this.#member);
  }

  /** @throws StaleCheckpointError when another projector, or another generation, has taken over. */
  async commit(batch: ProjectionBatch, filling: boolean): Promise<void> {
    const { partitions = this.#all } = batch;
    const removed: MemberTasks[] = batch.removedMembers.map((customerId) => ({ customerId, tasks: [] }));
    const tasks = lastOfEach([...removed, ...batch.tasks], (row) => row.customerId);
    const owners = tasks.map((row) => row.customerId);
    await this.db.transaction(
      async (query) => {
        const [locked, stored] = await Promise.all([
          this.checkpoints.lock(query, partitions),
          owners.length > 0 ? this.#tasks.stored(query, owners) : [],
        ]);
        this.checkpoints.requireUnmoved(locked, batch);
        await runAll(
          query,
          this.#statements(batch, partitions, () => this.#tasks.replace(tasks, stored)),
        );
      },
      filling ? BEGIN_FILLING : BEGIN,
    );
  }

  /** The small rows come first, so that the server has work while the states are put into their form. */
  *#statements(
    batch: ProjectionBatch,
    partitions: readonly number[],
    tasks: () => Iterable<Statement>,
  ): Generator<Statement> {
    const { dueAtLatest, removedMembers, changes, unparked } = batch;
    const sql = this.#sql;
    const members = lastOfEach(batch.members, (row) => row.customerId);
    const parked = lastOfEach(batch.parked, (row) => row.customerId);
    // Of two who write the same links, one waits for the other; in one order, so that they never wait for each other.
    const links = batch.links.toSorted((a, b) => a.position - b.position);
    if (dueAtLatest !== undefined) yield [sql.due, [dueAtLatest, bigintArray(partitions)]];
    yield* inPieces(sql.member, this.#member, members);
    yield* inPieces(sql.state, STATE, members);
    if (removedMembers.length > 0) yield [sql.removeMember, [textArray(removedMembers)]];
    if (removedMembers.length > 0) yield [sql.removeState, [textArray(removedMembers)]];
    yield* tasks();
    yield* inPieces(sql.change, CHANGE, changes);
    yield* inPieces(sql.parked, PARKED, parked);
    if (unparked.length > 0) yield [sql.unpark, [textArray(unparked)]];
    yield* inPieces(sql.link, LINK, links);
    yield* this.#activities.write(batch.activities, removedMembers);
    yield this.checkpoints.move(batch.checkpoint, partitions);
  }
}
