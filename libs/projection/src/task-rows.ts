import { type MemberState, type ProgramHistory, type Task, taskPriority } from '@perennial/membership';
import type { TaskRow } from '@perennial/read-store';

/** A task as its row in the read store. */
export function taskRow(m: MemberState, task: Task, programs: ProgramHistory): TaskRow {
  const { id, kind, step, about, state, reason, dueAt, openUntil, assignee, contactedAt, snoozedUntil } = task;
  const { priority, reasons } = taskPriority(m, task, programs);
  return {
    id,
    customerId: m.customerId,
    kind,
    step,
    about,
    state,
    reason,
    dueAt,
    openUntil,
    assignee,
    contactedAt,
    snoozedUntil,
    priority,
    reasons: reasons.length === 0 ? '[]' : JSON.stringify(reasons),
  };
}

/** All tasks of a member. */
export function taskRowsOf(m: MemberState, programs: ProgramHistory): TaskRow[] {
  const rows: TaskRow[] = [];
  for (const task of m.tasks.values()) rows.push(taskRow(m, task, programs));
  return rows;
}
