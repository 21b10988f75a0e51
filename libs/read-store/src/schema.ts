import type { TaskState } from '@perennial/membership';
import type { Generated } from 'kysely';

/**
 * The tables that queries read, the same in every database. Instants are UTC ms. Text is compared by Unicode code point:
 * SQLite's BINARY, PostgreSQL's "C".
 */
export interface Tables {
  members: MembersTable;
  member_states: MemberStatesTable;
  member_activity: MemberActivityTable;
  tasks: TasksTable;
  changes: ChangesTable;
  links: LinksTable;
  parked: ParkedTable;
}

/** What lists filter and sort by: small rows, so that lists and timers never touch the states. */
export interface MembersTable {
  customer_id: string;
  /** `partitionOf` the customer. */
  partition: number;
  next_due: number | null;
  /** 0 or 1. */
  enrolled: number;
  tier: string | null;
  stage: string;
  available: number;
  pending: number;
  reserved: number;
  debt: number;
  purchases: number;
  value: number;
  last_purchase_at: number | null;
}

/** One row for each row of `members`. */
export interface MemberStatesTable {
  customer_id: string;
  position: number;
  state: string;
}

/** Tasks of members. What follows from other columns is left out: there are many. */
export interface TasksTable {
  /** Grows in the order in which tasks were written first: those that fall due together lie together. */
  ordinal: Generated<number>;
  customer_id: string;
  /** Ends with the step, or with `service-recovery`; before it stands what the task is about. */
  id: string;
  /** Null = service recovery. */
  step: string | null;
  state: TaskState;
  reason: string | null;
  due_at: number;
  open_until: number | null;
  assignee: string | null;
  contacted_at: number | null;
  snoozed_until: number | null;
  /** Order by urgency, ascending: 100 − priority of what waits, 101 of what is over. */
  rank: number;
  /** Null = none. */
  reasons: string | null;
}

/** One row for each row of `members`, and for each that there was. */
export interface MemberActivityTable {
  /** Grows with every row that is written. */
  mark: Generated<number>;
  customer_id: string;
  now: number;
  due: number | null;
  version: number;
  /** Null = the member is no more. */
  snapshot: string | null;
}

/** The feed; its order is (position, customer_id, ordinal). */
export interface ChangesTable {
  position: number;
  customer_id: string;
  ordinal: number;
  type: string;
  at: number;
  body: string;
}

export interface LinksTable {
  fact_id: string;
  /** Where in the log it stands. */
  position: number;
  alias_id: string;
  customer_id: string;
  occurred_at: number;
}

export interface ParkedTable {
  customer_id: string;
  position: number;
  error: string;
  parked_at: number;
}
