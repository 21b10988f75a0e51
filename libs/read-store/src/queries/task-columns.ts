import { LIVE_TASK_STATES } from '@perennial/membership';
import type { TaskRow } from '../port.js';
import type { TasksTable } from '../schema.js';

/** Every column of `tasks` but the ordinal, in the order in which they are written. */
export const TASK_COLUMNS = [
  'customer_id',
  'id',
  'step',
  'state',
  'reason',
  'due_at',
  'open_until',
  'rank',
  'assignee',
  'contacted_at',
  'snoozed_until',
  'reasons',
] as const satisfies (keyof TasksTable)[];

/** The columns before this one are all that a task has that nobody worked on and that is over: most of them. */
export const FIRST_OF_WORK = TASK_COLUMNS.indexOf('assignee');

/** The rank of all tasks that are over: after all that wait. */
export const OVER = 101;

/** Place in the order by urgency, ascending. */
export function rankOf({ state, priority }: Pick<TaskRow, 'state' | 'priority'>): number {
  return LIVE_TASK_STATES.has(state) ? 100 - priority : OVER;
}

const NO_REASONS = '[]';
const SERVICE_RECOVERY = 'service-recovery';

/** The values of TASK_COLUMNS. */
export function taskValues(task: TaskRow): (string | number | null)[] {
  return [
    task.customerId,
    task.id,
    task.step,
    task.state,
    task.reason,
    task.dueAt,
    task.openUntil,
    rankOf(task),
    task.assignee,
    task.contactedAt,
    task.snoozedUntil,
    task.reasons === NO_REASONS ? null : task.reasons,
  ];
}

export function toTaskRow(record: Omit<TasksTable, 'ordinal'>): TaskRow {
  const { id, step, rank } = record;
  return {
    id,
    customerId: record.customer_id,
    kind: step === null ? SERVICE_RECOVERY : 'reactivation',
    step,
    about: id.slice(0, -1 - (step ?? SERVICE_RECOVERY).length),
    state: record.state,
    reason: record.reason,
    dueAt: record.due_at,
    openUntil: record.open_until,
    assignee: record.assignee,
    contactedAt: record.contacted_at,
    snoozedUntil: record.snoozed_until,
    priority: rank === OVER ? 0 : 100 - rank,
    reasons: record.reasons ?? NO_REASONS,
  };
}
