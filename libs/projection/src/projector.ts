import { type EventLog, type LogRecord, PROGRAM_STREAM } from '@perennial/event-log';
import { decodeState, ProgramHistory, type ProgramVersion } from '@perennial/membership';
import {
  type ActivityRow,
  type ChangeRow,
  type Checkpoint,
  type MemberRow,
  type MemberTasks,
  type LinkRow,
  type ParkedRow,
  partitionOf,
  type ReadStore,
  StaleCheckpointError,
} from '@perennial/read-store';
import { IdentityMap } from './identity-map.js';
import { recordsBetween } from './log-batches.js';
import { rowOf } from './member-row.js';
import { activityOf } from './metrics/activity.js';
import { versionOf } from './program-catalogue.js';
import { type AnnouncedChange } from './replay/announcements.js';
import { ComponentReplay, groupBy, type LiveMember, linkOf, UnreadHistoryError } from './replay/component-replay.js';
import { LinkComponents } from './replay/link-components.js';
import { Ticks } from './replay/ticks.js';
import { requireSameLog } from './same-log.js';
import { taskRowsOf } from './task-rows.js';

export interface ProjectorOptions {
  /** What to do with a member whose fold throws: live they are parked and the rest goes on; a rebuild stops. */
  onFailure: 'park' | 'stop';
  /** Whose members are projected; all of these must be at one checkpoint. Default all. */
  partitions?: readonly number[];
  now?: () => number;
}

/** How many members go into one transaction. */
const CHUNK = 2_000;

/** What a transaction writes. */
interface Step {
  rows: MemberRow[];
  activities: ActivityRow[];
  tasks: MemberTasks[];
  removed: string[];
  changes: ChangeRow[];
  parked: ParkedRow[];
  unparked: string[];
}

function emptyStep(): Step {
  return { rows: [], activities: [], tasks: [], removed: [], changes: [], parked: [], unparked: [] };
}

/**
 * Folds the log into one generation of the read store: each batch of records, customer by customer, together with the
 * checkpoint in one transaction. Neither members nor changes depend on how the log was cut into batches.
 *
 * Members that only time touches come after the batch: as long as `settled` is behind `position`, some may still be due,
 * and the feed ends at `settled`. That is also how a crash in between is mended.
 */
export class Projector {
  private programs: ProgramHistory | null = null;
  private versions: ProgramVersion[] = [];

  private constructor(
    private readonly log: EventLog,
    private readonly store: ReadStore,
    private readonly options: ProjectorOptions,
    private readonly partitions: readonly number[],
    private checkpoint: Checkpoint,
    private readonly components: LinkComponents,
    private readonly parked: Set<string>,
  ) {}

  /**
   * Resumes from the store's checkpoint.
   * @throws StaleCheckpointError when the partitions are at different ones; OtherLogError.
   */
  static async resume(log: EventLog, store: ReadStore, options: ProjectorOptions): Promise<Projector> {
    const { partitions = everyPartition(store) } = options;
    const checkpoint = await commonCheckpoint(store, partitions);
    await requireSameLog(log, checkpoint.position);
    const parked = new Set((await store.parked()).map((row) => row.customerId));
    const components = new LinkComponents(await store.links(checkpoint.position));
    const projector = new Projector(log, store, options, partitions, checkpoint, components, parked);
    const published = await log.readStream(PROGRAM_STREAM);
    projector.publish(published.filter((record) => record.position <= checkpoint.position));
    if (checkpoint.settled < checkpoint.position) {
      const passed = await recordsBetween(log, checkpoint.settled, checkpoint.position);
      await projector.settle(new Ticks(-Infinity, passed));
    }
    return projector;
  }

  get position(): number {
    return this.checkpoint.position;
  }

  get clock(): number {
    return this.checkpoint.clock;
  }

  get parkedMembers(): number {
    return this.parked.size;
  }

  /** Projects one batch of records that follow the checkpoint, in log order. @throws StaleCheckpointError */
  async project(batch: readonly LogRecord[]): Promise<void> {
    const position = batch[batch.length - 1].position;
    const ticks = new Ticks(this.checkpoint.clock, batch);
    const published = this.publish(batch.filter((record) => record.type === 'ProgramPublished'));
    // Members of the batch know of the version already, and before the first batch there are none.
    const dueAtLatest = this.position > 0 && published.length > 0 ? published[0].effectiveFrom : null;
    const links = batch.filter((record) => record.type === 'IdentityLinked').map(linkRowOf);
    for (const link of links) this.components.add(link);

    const step = emptyStep();
    const touched = await this.replayBatch(batch, ticks, links, step);
    const next: Checkpoint = { position, clock: ticks.end, settled: this.checkpoint.settled };
    const due = await this.dueBesides(touched, next.clock);
    const settles = due.length < CHUNK && dueAtLatest === null;
    if (settles) {
      for (const row of due) await this.replayTime(row, ticks, position, step);
      next.settled = position;
    }
    await this.commit(step, next, links, dueAtLatest);
    if (!settles) await this.settle(ticks);
  }

  /** Members due at the clock that the batch itself did not touch, as far as one transaction takes them. */
  private async dueBesides(touched: ReadonlySet<string>, clock: number): Promise<MemberRow[]> {
    const due = await this.store.dueMembers(clock, CHUNK + touched.size, this.asked);
    const ids = due.filter((id) => !touched.has(id)).slice(0, CHUNK);
    return ids.length === 0 ? [] : [...(await this.store.members(ids)).values()];
  }

  /** Lets time pass for every member that is still due, in chunks; then the changes up to here are all there. */
  private async settle(ticks: Ticks): Promise<void> {
    const { position, clock } = this.checkpoint;
    for (;;) {
      const due = await this.store.dueMembers(clock, CHUNK, this.asked);
      const step = emptyStep();
      for (const row of (await this.store.members(due)).values()) await this.replayTime(row, ticks, position, step);
      const settled = due.length < CHUNK ? position : this.checkpoint.settled;
      await this.commit(step, { position, clock, settled }, [], null);
      if (settled === position) return;
    }
  }

  /** Takes published versions in. @returns them. */
  private publish(records: readonly LogRecord[]): ProgramVersion[] {
    const published = records.map(versionOf);
    if (published.length > 0) {
      this.versions = [...this.versions, ...published];
      this.programs = new ProgramHistory(this.versions);
    }
    return published;
  }

  /** Replays the batch customer by customer. @returns the ids of all members it touched. */
  private async replayBatch(
    batch: readonly LogRecord[],
    ticks: Ticks,
    links: readonly LinkRow[],
    step: Step,
  ): Promise<Set<string>> {
    const complete = this.checkpoint.position === 0;
    const ofCustomers = batch.filter((record) => record.customerId !== null);
    const groups = groupBy(ofCustomers, (record) => this.components.keyOf(record.customerId!));
    const touched = new Set([...groups.keys()].flatMap((key) => this.ownIdsOf(key)));
    const rows = complete ? new Map<string, MemberRow>() : await this.store.members([...touched]);
    const fresh = new Set(links.map((link) => link.factId));
    const end = batch[batch.length - 1].position;
    for (const [key, records] of groups) {
      const ids = this.ownIdsOf(key);
      if (ids.length === 0) continue;
      const known = this.components.linksOf(key).filter((link) => !fresh.has(link.factId));
      await this.replay(ids, rows, new IdentityMap(known), records, ticks, end, complete, step);
      // A first load need not hold everything in memory: until the checkpoint moves, all of it may be done again.
      if (complete && step.rows.length >= CHUNK) await this.flush(step);
    }
    return touched;
  }

  /** The ids that may be the same customer as this one, of partitions that are projected here. */
  private ownIdsOf(id: string): readonly string[] {
    const ids = this.components.idsOf(id);
    return this.isWhole ? ids : ids.filter(this.isOwn);
  }

  private get isWhole(): boolean {
    return this.partitions.length === this.store.partitions;
  }

  /** The partitions to ask for: those that are all need not be told apart. */
  private get asked(): readonly number[] | undefined {
    return this.isWhole ? undefined : this.partitions;
  }

  private readonly isOwn = (id: string): boolean =>
    this.isWhole || this.partitions.includes(partitionOf(id, this.store.partitions));

  private async flush(step: Step): Promise<void> {
    await this.commit(step, this.checkpoint, [], null);
    Object.assign(step, emptyStep());
  }

  private async replayTime(row: MemberRow, ticks: Ticks, end: number, step: Step): Promise<void> {
    const id = row.customerId;
    const known = new IdentityMap(this.components.linksOf(id));
    await this.replay([id], new Map([[id, row]]), known, [], ticks, end, false, step);
  }

  /** Replays records of some customers and puts what came of it into the step; what throws parks them. */
  private async replay(
    ids: readonly string[],
    rows: ReadonlyMap<string, MemberRow>,
    identities: IdentityMap,
    records: readonly LogRecord[],
    ticks: Ticks,
    end: number,
    complete: boolean,
    step: Step,
  ): Promise<void> {
    const programs = this.requirePrograms();
    try {
      const members = new Map<string, LiveMember>();
      for (const id of ids) {
        const row = rows.get(id);
        if (row) members.set(id, { state: decodeState(row.state), position: row.position });
      }
      const { log, parked: again, isOwn } = this;
      const replay = new ComponentReplay({ log, programs, ticks, complete, again, isOwn }, identities, members);
      await replay.run(records, end);
      for (const { state, position } of replay.members.values()) {
        step.rows.push(rowOf(state, position, programs));
        step.activities.push(activityOf(state, programs));
        step.tasks.push({ customerId: state.customerId, tasks: taskRowsOf(state, programs) });
      }
      for (const id of rows.keys()) if (ids.includes(id) && !replay.members.has(id)) step.removed.push(id);
      for (const change of replay.announcements.changes) step.changes.push(changeRow(change));
      for (const id of ids) if (this.parked.delete(id)) step.unparked.push(id);
    } catch (error) {
      // Nothing is wrong with these customers: the batch can be done again when the log can be read.
      if (error instanceof UnreadHistoryError) throw error.cause;
      if (this.options.onFailure === 'stop') throw error;
      this.park(ids, rows, error, end, step);
    }
  }

  /** Sets customers aside as they were; they are not due any more until a fact or somebody makes them fold again. */
  private park(
    ids: readonly string[],
    rows: ReadonlyMap<string, MemberRow>,
    error: unknown,
    position: number,
    step: Step,
  ): void {
    const message = error instanceof Error ? error.message : String(error);
    const parkedAt = (this.options.now ?? Date.now)();
    for (const customerId of ids) {
      this.parked.add(customerId);
      step.parked.push({ customerId, position, error: message, parkedAt });
      const row = rows.get(customerId);
      if (row) step.rows.push({ ...row, nextDue: null });
    }
  }

  private async commit(
    step: Step,
    next: Checkpoint,
    links: readonly LinkRow[],
    dueAtLatest: number | null,
  ): Promise<void> {
    await this.store.commit({
      partitions: this.partitions,
      expected: this.checkpoint,
      checkpoint: next,
      members: step.rows,
      activities: step.activities,
      removedMembers: step.removed,
      tasks: step.tasks,
      changes: step.changes,
      links: [...links],
      parked: step.parked,
      unparked: step.unparked,
      ...(dueAtLatest !== null && { dueAtLatest }),
    });
    this.checkpoint = next;
  }

  private requirePrograms(): ProgramHistory {
    if (!this.programs) throw new Error('The log holds facts of customers but no program before them');
    return this.programs;
  }
}

function everyPartition(store: ReadStore): readonly number[] {
  return Array.from({ length: store.partitions }, (_, partition) => partition);
}

async function commonCheckpoint(store: ReadStore, partitions: readonly number[]): Promise<Checkpoint> {
  const checkpoints = await store.checkpoints();
  const [first, ...others] = partitions.map((partition) => checkpoints[partition]);
  const same = ({ position, clock, settled }: Checkpoint) =>
    position === first.position && clock === first.clock && settled === first.settled;
  if (others.every(same)) return first;
  throw new StaleCheckpointError(`Partitions ${partitions.join(', ')} are at different checkpoints`);
}

function linkRowOf(record: LogRecord): LinkRow {
  return { ...linkOf(record), position: record.position };
}

function changeRow({ position, ordinal, change }: AnnouncedChange): ChangeRow {
  const { customerId, type, at, ...rest } = change;
  return { position, ordinal, customerId, type, at, body: JSON.stringify(rest) };
}
