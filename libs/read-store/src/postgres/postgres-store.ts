import type { PostgresDatabase } from '@perennial/postgres';
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
import { ActivityMarks } from './activity-marks.js';
import { ActivityReader } from './activity-reader.js';
import { BatchWriter } from './batch-writer.js';
import { Checkpoints } from './checkpoints.js';
import { CompiledQueries } from './compiled-queries.js';
import type { GenerationForm, WantedForm } from './generation-registry.js';
import { ListReader } from './list-reader.js';
import { MemberReader } from './member-reader.js';
import { TaskReader } from './task-reader.js';

export interface PostgresStoreOptions {
  db: PostgresDatabase;
  /** Where its tables are. */
  schema: string;
  form: GenerationForm;
  wanted: WantedForm;
  readonly: boolean;
  /** Called when a commit or a read finds that it is not the live one any more. */
  onSuperseded: () => void;
}

/** One generation: the tables of one schema. */
export class PostgresReadStore implements ReadStore {
  readonly generation: number;
  readonly partitions: number;
  readonly needsRebuild: boolean;
  /** Whether it is not published yet; set by who publishes it. */
  isFilling = false;
  #closed = false;
  readonly #queries: CompiledQueries;
  readonly #checkpoints: Checkpoints;
  readonly #members: MemberReader;
  readonly #lists: ListReader;
  readonly #activities: ActivityReader;
  readonly #tasks: TaskReader;
  /** Null when it is opened for reading. */
  readonly #writer: BatchWriter | null;

  constructor({ db, schema, form, wanted, readonly, onSuperseded }: PostgresStoreOptions) {
    this.generation = form.generation;
    this.partitions = form.partitions;
    this.needsRebuild = form.projectionVersion !== wanted.projectionVersion || form.partitions !== wanted.partitions;
    this.#queries = new CompiledQueries(db, schema, onSuperseded);
    this.#checkpoints = new Checkpoints(this.#queries, form.generation);
    this.#members = new MemberReader(this.#queries);
    this.#lists = new ListReader(this.#queries);
    this.#tasks = new TaskReader(this.#queries);
    const marks = new ActivityMarks(this.#queries);
    this.#activities = new ActivityReader(this.#queries, marks);
    this.#writer = readonly ? null : new BatchWriter(db, this.#queries, this.#checkpoints, marks, form.partitions);
  }

  get isOpen(): boolean {
    return !this.#closed;
  }

  checkpoint(): Promise<Checkpoint> {
    return this.#answer(() => this.#checkpoints.lowest());
  }

  checkpoints(): Promise<Checkpoint[]> {
    return this.#answer(() => this.#checkpoints.each());
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
      const writer = this.#writer;
      return this.#queries.guard(() => writer.commit(batch, this.isFilling));
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
    return this.#answer(() => this.#lists.links(upTo));
  }

  linksMark(): Promise<number> {
    return this.#answer(() => this.#members.linksMark());
  }

  changes(query: { after: ChangePlace | null; types?: readonly string[]; limit: number }): Promise<ChangeRow[]> {
    return this.#answer(() => this.#lists.changes(query));
  }

  parked(): Promise<ParkedRow[]> {
    return this.#answer(() => this.#lists.parked());
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  /** Whatever the work throws becomes a rejection. */
  async #answer<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('The read store is closed');
    return work();
  }
}
