import type { TaskState } from '@perennial/membership';

/**
 * The read store: what queries read, made from the log and nothing else. It can be deleted at any time and rebuilt.
 *
 * A rebuild fills a new generation beside the live one; readers see the old one until the new one is swapped in.
 */

/**
 * Version of what the projector writes. Raise it when the same log gives other rows: stores of another version then ask
 * for a rebuild.
 */
export const PROJECTION_VERSION = 5;

/** One member as the projector keeps them: the folded state and the columns that lists filter and sort by. */
export interface MemberRow {
  customerId: string;
  /** `encodeState` of the member's state. */
  state: string;
  /** Log position of the last fact of this customer that the state holds. */
  position: number;
  /** UTC ms of the next timer; null = none. Index: only members with something due are touched as time passes. */
  nextDue: number | null;
  enrolled: boolean;
  tier: string | null;
  stage: string;
  available: number;
  pending: number;
  reserved: number;
  debt: number;
  purchases: number;
  /** Minor units. */
  value: number;
  /** UTC ms. */
  lastPurchaseAt: number | null;
}

/** A task as queues show it (SPEC §7). Instants in UTC ms. */
export interface TaskRow {
  /** `{orderId}/{step}`, or `{reviewId}/service-recovery`. */
  id: string;
  customerId: string;
  kind: 'reactivation' | 'service-recovery';
  step: string | null;
  /** The order or review that it stands for. */
  about: string;
  state: TaskState;
  reason: string | null;
  dueAt: number;
  openUntil: number | null;
  assignee: string | null;
  contactedAt: number | null;
  snoozedUntil: number | null;
  /** 0–100; 0 when it is over. */
  priority: number;
  /** What makes the priority, JSON. */
  reasons: string;
}

/** All tasks of one member. */
export interface MemberTasks {
  customerId: string;
  tasks: TaskRow[];
}

/**
 * What metrics need to know of one member, and for how long it is so: from `now` until a timer of theirs, or a program
 * version, is due. Small beside the state, so that those of everybody can be read at once.
 */
export interface ActivityRow {
  customerId: string;
  /** Instant up to which facts and timers are in it, UTC ms. */
  now: number;
  /** UTC ms of the next timer of the member's own; null = none. */
  due: number | null;
  /** Index of the program version in force for the member. */
  version: number;
  /** `encodeSnapshot` of the member. */
  snapshot: string;
}

/** What became of activities after a mark. */
export interface ActivityPage {
  /** Of everybody who was written, or removed, after the mark: once each, as they are now. */
  rows: (ActivityRow | { customerId: string; removed: true })[];
  /** Where to read on: the mark that was given when there was nothing. */
  mark: number;
}

/** An `IdentityLinked` fact as it came; who is who follows from all of them (SPEC §11). */
export interface LinkRow {
  factId: string;
  aliasId: string;
  customerId: string;
  occurredAt: number;
  /** Where in the log it stands. */
  position: number;
}

/** A member whose fold threw: set aside, the rest goes on. */
export interface ParkedRow {
  customerId: string;
  /** Log position of the record at which it happened. */
  position: number;
  error: string;
  /** UTC ms. */
  parkedAt: number;
}

export interface Checkpoint {
  /** Everything in the log up to here is in the store; 0 = nothing. */
  position: number;
  /** Instant up to which time has passed (the last ClockTicked), UTC ms; 0 = never. */
  clock: number;
  /**
   * Position up to which nothing is left to do: every timer that was due by then has fired, and the feed of changes is
   * complete. Behind `position` only while many members fall due at once.
   */
  settled: number;
}

/** One change of a member, as subscribers get it (SPEC §10). Its place in the feed is (position, customerId, ordinal). */
export interface ChangeRow {
  /** Log position of the record that brought it about: a fact, or the tick that found a timer due. */
  position: number;
  customerId: string;
  /** From 0 within one customer at one position. */
  ordinal: number;
  type: string;
  /** Effective instant, UTC ms. */
  at: number;
  /** The rest of the change, JSON. */
  body: string;
}

/** A place in the feed of changes; what comes after it is read. */
export type ChangePlace = Pick<ChangeRow, 'position' | 'customerId' | 'ordinal'>;

/**
 * What one projection step writes, together with its checkpoint, in one transaction. No id is both written and removed,
 * or both parked and unparked; a link that is there already stays as it is.
 */
export interface ProjectionBatch {
  /** Whose checkpoints move, and whose members these are; default all. */
  partitions?: readonly number[];
  /** Where each of these partitions is now. @throws StaleCheckpointError when one of them is elsewhere. */
  expected: Checkpoint;
  checkpoint: Checkpoint;
  /** Of several rows of one member the last counts; so it is with activities and those who are parked. */
  members: MemberRow[];
  /** Of members of this batch; one who is parked keeps what they had. */
  activities: ActivityRow[];
  /** Ids that have no row any more, nor tasks: they turned out to be aliases. */
  removedMembers: string[];
  /** The tasks of these members are these from now on; those of others stay. */
  tasks: MemberTasks[];
  changes: ChangeRow[];
  links: LinkRow[];
  parked: ParkedRow[];
  /** Members that fold again. */
  unparked: string[];
  /**
   * Members of these partitions who are not in this batch, and have no earlier timer, get this one: a program version
   * was published that takes effect then. UTC ms.
   */
  dueAtLatest?: number;
}

/**
 * Another projector moved the checkpoint, or the generation was superseded, or is no more: read the store afresh and begin
 * again.
 */
export class StaleCheckpointError extends Error {}

export type MemberSort =
  'customerId' | 'value' | '-value' | 'available' | '-available' | 'lastPurchaseAt' | '-lastPurchaseAt';

export interface MemberQuery {
  tier?: string;
  stage?: string;
  /** Default `customerId`; `-` = descending. Ties by customerId ascending; members without a value come last. */
  sort?: MemberSort;
  /** Opaque, from the page before. @throws InvalidCursorError */
  cursor?: string;
  /** 1–1,000, default 50. */
  limit?: number;
}

export interface Page<T> {
  items: T[];
  /** Null on the last page. */
  nextCursor: string | null;
}

export type TaskSort = 'priority' | 'dueAt';

export interface TaskQuery {
  /** Tasks in any of these states; default all. */
  states?: readonly TaskState[];
  step?: string;
  kind?: TaskRow['kind'];
  /** Null = nobody's. */
  assignee?: string | null;
  customerId?: string;
  /**
   * Default `priority`: what waits comes before what is over, then the highest priority, then what was due first.
   * `dueAt`: what was due first. Ties by id, then customerId.
   */
  sort?: TaskSort;
  /** Opaque, from the page before. @throws InvalidCursorError */
  cursor?: string;
  /** 1–1,000, default 50. */
  limit?: number;
}

/** A task's place in the order of `scanTasks`. */
export type TaskPlace = Pick<TaskRow, 'customerId' | 'id'>;

export class InvalidCursorError extends Error {}

/** One generation of the read store. */
export interface ReadStore {
  readonly generation: number;
  /** How many partitions its members are divided into (`partitionOf`); each has a checkpoint of its own. */
  readonly partitions: number;
  /**
   * Another version of the projection wrote it, or it has another number of partitions than is wanted: it can be read,
   * but must be filled anew; `commit` refuses.
   */
  readonly needsRebuild: boolean;
  /** Where all partitions have come to at least. */
  checkpoint(): Promise<Checkpoint>;
  /** Of each partition. */
  checkpoints(): Promise<Checkpoint[]>;
  /** Writes a batch, all or nothing. @throws StaleCheckpointError; Error when it needs a rebuild or is only read. */
  commit(batch: ProjectionBatch): Promise<void>;

  member(customerId: string): Promise<MemberRow | null>;
  /** Rows that exist, by id. */
  members(customerIds: readonly string[]): Promise<Map<string, MemberRow>>;
  listMembers(query: MemberQuery): Promise<Page<MemberRow>>;
  /** Every row in order of customerId (code points), after an id; for exports and verification. */
  scanMembers(after: string | null, limit: number): Promise<MemberRow[]>;
  countMembers(): Promise<number>;
  /** The task with this id; null = there is none. Of several customers' (orders and reviews of one name), one. */
  task(id: string): Promise<TaskRow | null>;
  listTasks(query: TaskQuery): Promise<Page<TaskRow>>;
  /** Every task in order of customerId, then id (code points), after a place; for verification. */
  scanTasks(after: TaskPlace | null, limit: number): Promise<TaskRow[]>;
  activity(customerId: string): Promise<ActivityRow | null>;
  /**
   * Activities in the order in which they were last written, after a mark; 0 = from the beginning. Marks only grow within
   * a generation, so who reads on from the last one misses nobody, also while others write; and what was committed before
   * the call is found, in this page or in those that follow.
   * @param limit at least 1
   */
  activities(after: number, limit: number): Promise<ActivityPage>;
  /** Ids of members of these partitions (default all) with nextDue ≤ t, soonest first, then by id. */
  dueMembers(t: number, limit: number, partitions?: readonly number[]): Promise<string[]>;
  /** The soonest nextDue of all members; null = none. */
  nextDue(): Promise<number | null>;
  /**
   * In fact order: by occurredAt, then factId (code points).
   * @param upTo position in the log. Default `checkpoint().position`: those that the members of all partitions know of.
   */
  links(upTo?: number): Promise<LinkRow[]>;
  /** Grows with every link that `links()` gives: who is who need not be worked out again while it stays. Cheap. */
  linksMark(): Promise<number>;
  /**
   * Changes after a place in the feed, in its order: by position, customerId (code points), ordinal. Nothing beyond
   * `checkpoint().settled`, so that nothing ever appears before what was read already.
   * @param limit 1–1,000
   */
  changes(query: { after: ChangePlace | null; types?: readonly string[]; limit: number }): Promise<ChangeRow[]>;
  /** By position, then customerId. */
  parked(): Promise<ParkedRow[]>;
  close(): Promise<void>;
}

/** Where generations live. */
export interface ReadStores {
  /**
   * The live generation; created empty when there is none. Follows swaps made by other processes, at the latest a tenth
   * of a second later and at once after a StaleCheckpointError: ask again for each piece of work, it costs next to nothing.
   */
  current(): Promise<ReadStore>;
  /** A new, empty generation beside the live one; its indexes may be built late, by `publish`. */
  createNext(): Promise<ReadStore>;
  /**
   * Swaps a filled generation in and drops the older ones. A projector still on an old one gets StaleCheckpointError;
   * what was read from `current` before stays readable, as it was, until the next swap.
   * @throws StaleCheckpointError when a newer generation was published meanwhile: discard this one.
   */
  publish(next: ReadStore): Promise<void>;
  /** Drops a generation that will not be published; so does `close`. */
  discard(next: ReadStore): Promise<void>;
  close(): Promise<void>;
}
