import {
  iso,
  type PriorityReason,
  type ProgramHistory,
  type ReactivationStep,
  type TaskState,
} from '@perennial/membership';
import type { TaskRow } from '@perennial/read-store';

/** A task as the API shows it. */
export interface QueuedTask {
  id: string;
  customerId: string;
  kind: TaskRow['kind'];
  step: string | null;
  /** The order or review that it stands for. */
  about: string;
  state: TaskState;
  reason: string | null;
  dueAt: string;
  openUntil: string | null;
  assignee: string | null;
  contactedAt: string | null;
  snoozedUntil: string | null;
  /** 0–100: the higher, the sooner. */
  priority: number;
  reasons: PriorityReason[];
  /** What the plan has to be sent, and by which channels, the preferred first. */
  send: string[];
  channels: string[];
}

export function viewTask(row: TaskRow, programs: ProgramHistory): QueuedTask {
  const { dueAt, openUntil, contactedAt, snoozedUntil, reasons, priority, ...rest } = row;
  const step = planned(row, programs);
  return {
    ...rest,
    dueAt: iso(dueAt),
    openUntil: instant(openUntil),
    contactedAt: instant(contactedAt),
    snoozedUntil: instant(snoozedUntil),
    priority,
    reasons: JSON.parse(reasons) as PriorityReason[],
    send: step?.send ?? [],
    channels: step?.channels ?? [],
  };
}

/** By the plan under which it fell due: what is due at the instant of a new version runs under the old (rulings 10, 15). */
function planned({ step, dueAt }: TaskRow, programs: ProgramHistory): ReactivationStep | undefined {
  const { reactivation } = programs.program(programs.indexAt(dueAt - 1));
  return reactivation.steps.find(({ id }) => id === step);
}

function instant(t: number | null): string | null {
  return t === null ? null : iso(t);
}
