import type { FactDataByType } from '../facts/fact.js';
import type { FoldContext } from '../fold/context.js';
import type { TaskState } from '../fold/member.js';
import type { MemberState, Order, Task } from '../fold/state.js';
import { schedule, TimerKind, unschedule } from '../fold/timers.js';
import { DAY_MS } from '../time/zone.js';

/** States of tasks that still wait for something to be done (ruling 34). */
export const LIVE_TASK_STATES: ReadonlySet<string> = new Set<TaskState>(['open', 'claimed', 'contacted', 'snoozed']);

export function isLive(task: Task): boolean {
  return LIVE_TASK_STATES.has(task.state);
}

/** What a task change shows. */
export function taskView(task: Task) {
  const { state, reason, assignee, contactedAt, snoozedUntil, dueAt, openUntil, step, kind } = task;
  return { kind, step, state, reason, assignee, contactedAt, snoozedUntil, dueAt, openUntil };
}

/** Runs `change`, sets the task's timer anew, and announces. */
function changeTask(m: MemberState, cx: FoldContext, task: Task, change: () => void): void {
  const before = cx.sink && taskView(task);
  change();
  watchTask(m, task);
  if (before)
    cx.announce(m, task.state === 'converted' ? 'task-converted' : 'task-changed', task.id, before, taskView(task));
}

/** When a live reactivation task ends by itself: openUntil, or attributionDays after its last contact (ruling 34). */
export function expiryOf(task: Task): number {
  if (task.openUntil === null) return Infinity;
  return task.contactedAt === null ? task.openUntil : task.contactedAt + task.attributionDays * DAY_MS;
}

function watchTask(m: MemberState, task: Task): void {
  let due: number | null = null;
  if (isLive(task)) {
    const wake = task.state === 'snoozed' ? Math.max(m.now, task.snoozedUntil!) : Infinity;
    const next = Math.min(expiryOf(task), wake);
    due = next === Infinity ? null : next;
  }
  if (task.timer === due) return;
  if (task.timer !== null) unschedule(m.timers, task.timer, TimerKind.TaskExpiresOrWakes, task.id);
  if (due !== null) schedule(m.timers, due, TimerKind.TaskExpiresOrWakes, task.id);
  task.timer = due;
}

/** Takes a new task in; a live one waits for its end. */
export function openTask(
  m: MemberState,
  cx: FoldContext,
  task: Pick<Task, 'id' | 'kind' | 'step' | 'about' | 'state' | 'reason' | 'dueAt' | 'openUntil' | 'attributionDays'>,
): void {
  const opened: Task = {
    ...task,
    assignee: null,
    contactedAt: null,
    snoozedUntil: null,
    convertedBy: null,
    timer: null,
  };
  m.tasks.set(task.id, opened);
  watchTask(m, opened);
  if (cx.sink) cx.announce(m, 'task-opened', task.id, null, taskView(opened));
}

/** Timer: a task expires, or wakes from a snooze. */
export function taskTimer(m: MemberState, cx: FoldContext, id: string): void {
  const task = m.tasks.get(id)!;
  task.timer = null;
  changeTask(m, cx, task, () => {
    task.snoozedUntil = null;
    task.state = expiryOf(task) <= m.now ? 'expired' : 'open';
  });
}

/** A task action applies to a live task of this customer and does nothing to another (ruling 34). */
function act(m: MemberState, cx: FoldContext, id: string, state: TaskState, change: (task: Task) => void): void {
  const task = m.tasks.get(id);
  if (!task || !isLive(task)) return;
  changeTask(m, cx, task, () => {
    task.state = state;
    task.snoozedUntil = null;
    change(task);
  });
}

export function claim(m: MemberState, cx: FoldContext, data: FactDataByType['TaskClaimed']): void {
  act(m, cx, data.taskId, 'claimed', (task) => (task.assignee = data.by));
}

export function contact(m: MemberState, cx: FoldContext, data: FactDataByType['TaskContacted']): void {
  act(m, cx, data.taskId, 'contacted', (task) => (task.contactedAt = m.now));
}

export function snooze(m: MemberState, cx: FoldContext, data: FactDataByType['TaskSnoozed']): void {
  act(m, cx, data.taskId, 'snoozed', (task) => (task.snoozedUntil = Date.parse(data.until)));
}

export function dismiss(m: MemberState, cx: FoldContext, data: FactDataByType['TaskDismissed']): void {
  act(m, cx, data.taskId, 'dismissed', (task) => (task.reason = data.reason));
}

export function complete(m: MemberState, cx: FoldContext, data: FactDataByType['TaskCompleted']): void {
  act(m, cx, data.taskId, 'completed', (task) => (task.reason = data.outcome));
}

function inAttribution(task: Task, paidAt: number): boolean {
  const { contactedAt } = task;
  return contactedAt !== null && contactedAt < paidAt && paidAt < contactedAt + task.attributionDays * DAY_MS;
}

/** A new purchase ends every live reactivation task, and converts what was contacted in time (SPEC §7, rulings 34, 35). */
export function endTasksByPurchase(m: MemberState, cx: FoldContext, order: Order): void {
  for (const task of m.tasks.values()) {
    if (task.kind !== 'reactivation') continue;
    const converts = inAttribution(task, order.paidAt!) && (isLive(task) || task.state === 'completed');
    if (!converts && !isLive(task)) continue;
    changeTask(m, cx, task, () => {
      task.snoozedUntil = null;
      task.state = converts ? 'converted' : 'cancelled';
      task.reason = converts ? null : 'purchased';
      task.convertedBy = converts ? order.id : null;
    });
  }
}

/** An order was refunded in full: its own live tasks and the conversions by it no longer count (ruling 35). */
export function cancelTasksOfRefunded(m: MemberState, cx: FoldContext, orderId: string): void {
  for (const task of m.tasks.values()) {
    if (task.kind !== 'reactivation') continue;
    const own = task.about === orderId && isLive(task);
    const conversion = task.state === 'converted' && task.convertedBy === orderId;
    if (!own && !conversion) continue;
    changeTask(m, cx, task, () => {
      task.snoozedUntil = null;
      task.state = 'cancelled';
      task.reason = 'refunded';
    });
  }
}

/** An erased customer is contacted no more (SPEC §12, ruling 36). */
export function suppressTasks(m: MemberState, cx: FoldContext): void {
  for (const task of m.tasks.values()) {
    if (!isLive(task)) continue;
    changeTask(m, cx, task, () => {
      task.snoozedUntil = null;
      task.state = 'suppressed';
      task.reason = 'erased';
    });
  }
}
