import type Database from 'better-sqlite3';
import type {
  ActivityPage,
  ActivityRow,
  ChangePlace,
  ChangeRow,
  Checkpoint,
  LinkRow,
  MemberQuery,
  MemberRow,
  Page,
  ParkedRow,
  ProjectionBatch,
  ReadStore,
  TaskPlace,
  TaskQuery,
  TaskRow,
} from '../port.js';
import { ActivityReader } from './activity-reader.js';
import { BatchWriter } from './batch-writer.js';
import { CompiledQueries } from './compiled-queries.js';
import { completeGenerationFile, shareGenerationFile } from './generation-file.js';
import { GenerationMeta } from './generation-meta.js';
import { ListReader } from './list-reader.js';
import { MemberReader } from './member-reader.js';
import { TaskReader } from './task-reader.js';

/** What a generation must be to be written to. */
export interface WantedForm {
  projectionVersion: number;
  partitions: number;
}

/** One generation: one connection to one file. Every method does its work in the turn in which it is called. */
export class SqliteReadStore implements ReadStore {
  readonly generation: number;
  readonly partitions: number;
  readonly needsRebuild: boolean;
  readonly #meta: GenerationMeta;
  readonly #members: MemberReader;
  readonly #lists: ListReader;
  readonly #activities: ActivityReader;
  readonly #tasks: TaskReader;
  /** Null when the file is opened for reading. */
  readonly #writer: BatchWriter | null;

  constructor(
    private readonly db: Database.Database,
    wanted: WantedForm,
  ) {
    this.#meta = new GenerationMeta(db);
    this.generation = this.#meta.generation;
    this.partitions = this.#meta.partitions;
    this.needsRebuild =
      this.#meta.projectionVersion !== wanted.projectionVersion || this.partitions !== wanted.partitions;
    this.#members = new MemberReader(db);
    this.#activities = new ActivityReader(db);
    const queries = new CompiledQueries(db);
    this.#lists = new ListReader(db, queries);
    this.#tasks = new TaskReader(db, queries);
    this.#writer = db.readonly ? null : new BatchWriter(db, this.#meta);
  }

  get isOpen(): boolean {
    return this.db.open;
  }

  /** The generation that superseded this one, by whichever process; null = none. */
  successor(): number | null {
    return this.#meta.successor();
  }

  /** Makes `successor` say so to everyone who has this generation open. */
  supersedeBy(generation: number): void {
    this.#meta.supersedeBy(generation);
  }

  /** Builds what was left out while filling. */
  complete(): void {
    completeGenerationFile(this.db);
  }

  /** Ends the filling: other connections may open the file. */
  share(): void {
    shareGenerationFile(this.db);
  }

  checkpoint(): Promise<Checkpoint> {
    return this.#answer(() => this.#meta.checkpoint());
  }

  checkpoints(): Promise<Checkpoint[]> {
    return this.#answer(() => this.#meta.checkpoints());
  }

  commit(batch: ProjectionBatch): Promise<void> {
    return this.#answer(() => {
      if (this.#writer === null) throw new Error('The read store is opened for reading only');
      if (this.needsRebuild) {
        throw new Error(
          `Another version of the projection wrote generation ${this.generation}, or for another number of partitions: ` +
            'rebuild the read store',
        );
      }
      this.#writer.commit(batch);
    });
  }

  member(customerId: string): Promise<MemberRow | null> {
    return this.#answer(() => this.#members.member(customerId));
  }

  members(customerIds: readonly string[]): Promise<Map<string, MemberRow>> {
    return this.#answer(() => this.#members.members(customerIds));
  }

  listMembers(query: MemberQuery): Promise<Page<MemberRow>> {
    return this.#answer(() => this.#lists.listMembers(query));
  }

  scanMembers(after: string | null, limit: number): Promise<MemberRow[]> {
    return this.#answer(() => this.#lists.scanMembers(after, limit));
  }

  countMembers(): Promise<number> {
    return this.#answer(() => this.#lists.countMembers());
  }

  task(id: string): Promise<TaskRow | null> {
    return this.#answer(() => this.#tasks.task(id));
  }

  listTasks(query: TaskQuery): Promise<Page<TaskRow>> {
    return this.#answer(() => this.#tasks.listTasks(query));
  }

  scanTasks(after: TaskPlace | null, limit: number): Promise<TaskRow[]> {
    return this.#answer(() => this.#tasks.scanTasks(after, limit));
  }

  activity(customerId: string): Promise<ActivityRow | null> {
    return this.#answer(() => this.#activities.one(customerId));
  }

  activities(after: number, limit: number): Promise<ActivityPage> {
    return this.#answer(() => this.#activities.after(after, limit));
  }

  dueMembers(t: number, limit: number, partitions?: readonly number[]): Promise<string[]> {
    return this.#answer(() => this.#members.due(t, limit, partitions));
  }

  nextDue(): Promise<number | null> {
    return this.#answer(() => this.#members.nextDue());
  }

  links(upTo?: number): Promise<LinkRow[]> {
    return this.#answer(() => this.#lists.links(upTo ?? this.#meta.checkpoint().position));
  }

  linksMark(): Promise<number> {
    return this.#answer(() => this.#members.linksMark(this.#meta.checkpoint().position));
  }

  changes(query: { after: ChangePlace | null; types?: readonly string[]; limit: number }): Promise<ChangeRow[]> {
    return this.#answer(() => this.#lists.changes(this.#meta.checkpoint().settled, query));
  }

  parked(): Promise<ParkedRow[]> {
    return this.#answer(() => this.#lists.parked());
  }

  close(): Promise<void> {
    return this.#answer(() => this.closeNow());
  }

  closeNow(): void {
    this.db.close();
  }

  /** Does the work now; whatever it throws becomes a rejection. */
  #answer<T>(work: () => T): Promise<T> {
    return new Promise((resolve) => resolve(work()));
  }
}
