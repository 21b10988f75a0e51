import { compareIds, type Task, type Zone } from '@perennial/membership';

/** What became of the tasks of one reactivation step (SPEC §7, ruling 42), by their state now. */
export interface StepCounts {
  step: string;
  /** Whatever became of them. */
  due: number;
  heldOut: number;
  suppressed: number;
  /** Ever. */
  contacted: number;
  converted: number;
  /** Followed by a purchase in time: of those neither suppressed nor held out, and of those held out. */
  treatedConversions: number;
  heldOutConversions: number;
}

/** What of a task counts. */
export type CountedTask = Pick<Task, 'kind' | 'step' | 'state' | 'dueAt' | 'attributionDays' | 'contactedAt'>;

/** A purchase, UTC ms. */
interface Paid {
  paidAt: number;
}

export function noCounts(step: string): StepCounts {
  const arms = { treatedConversions: 0, heldOutConversions: 0 };
  return { step, due: 0, heldOut: 0, suppressed: 0, contacted: 0, converted: 0, ...arms };
}

/**
 * Counts one customer's tasks, by step.
 * @param purchases of the customer, in today's view.
 */
export function countSteps(tasks: Iterable<CountedTask>, purchases: readonly Paid[], zone: Zone): StepCounts[] {
  const steps = new Map<string, StepCounts>();
  for (const task of tasks) {
    if (task.step === null) continue;
    let counts = steps.get(task.step);
    if (!counts) steps.set(task.step, (counts = noCounts(task.step)));
    count(counts, task, purchases, zone);
  }
  return [...steps.values()].sort((a, b) => compareIds(a.step, b.step));
}

function count(counts: StepCounts, task: CountedTask, purchases: readonly Paid[], zone: Zone): void {
  counts.due++;
  if (task.contactedAt !== null) counts.contacted++;
  if (task.state === 'converted') counts.converted++;
  if (task.state === 'suppressed') {
    counts.suppressed++;
    return;
  }
  const heldOut = task.state === 'held-out';
  if (heldOut) counts.heldOut++;
  if (!converts(task, purchases, zone)) return;
  if (heldOut) counts.heldOutConversions++;
  else counts.treatedConversions++;
}

/** A purchase with dueAt ≤ paidAt < startOfDay(due day + attributionDays). */
function converts({ dueAt, attributionDays }: CountedTask, purchases: readonly Paid[], zone: Zone): boolean {
  const end = zone.startOfDay(zone.dayOf(dueAt) + attributionDays);
  return purchases.some(({ paidAt }) => dueAt <= paidAt && paidAt < end);
}
