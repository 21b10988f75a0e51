import { CONSENT_CHANNELS, type ConsentChannel } from '../facts/fact.js';
import type { MemberState, Task } from '../fold/state.js';
import type { Program } from '../program/program.js';
import { isConsented } from '../reactivation/plan.js';
import { expiryOf, isLive } from '../reactivation/tasks.js';
import { iso } from '../time/zone.js';
import {
  type CommandContext,
  type CommandHead,
  type Decision,
  decideFact,
  type Refusal,
  refusal,
  type Verdict,
  type Wanted,
} from './decision.js';

/** What every work on a task says (SPEC §7). */
export interface TaskCommand extends CommandHead {
  taskId: string;
  /** Who does it. */
  by: string;
  /** Do it although somebody else has claimed the task. */
  takeOver?: boolean;
}

export interface ContactTask extends TaskCommand {
  channel?: string;
  /** What was offered. */
  offer?: string;
}

export interface SnoozeTask extends TaskCommand {
  /** ISO 8601 instant at which the task is open again. */
  until: string;
}

export interface DismissTask extends TaskCommand {
  reason: string;
}

export interface CompleteTask extends TaskCommand {
  outcome: string;
}

/**
 * Takes a task to work on; whoever has it already has it still.
 * Refusals: unknown-member, invalid-command, unknown-task, customer-erased, task-ended, task-claimed.
 */
export function decideClaim(state: MemberState | null, command: TaskCommand, context: CommandContext): Decision {
  const { taskId, by } = command;
  return decideTask(state, command, context, { type: 'TaskClaimed', data: { taskId, by } }, (task) =>
    task.state === 'claimed' && task.assignee === by ? 'repeats' : 'accept',
  );
}

/**
 * Notes that the customer was contacted. For a reactivation task only on a channel that they consented to (ruling 32).
 * Refusals: those of a claim, and no-consent.
 */
export function decideContact(state: MemberState | null, command: ContactTask, context: CommandContext): Decision {
  const { taskId, by, channel, offer } = command;
  const data = { taskId, by, ...(channel !== undefined && { channel }), ...(offer !== undefined && { offer }) };
  return decideTask(state, command, context, { type: 'TaskContacted', data }, (task, member) => {
    if (task.kind !== 'reactivation') return 'accept';
    return withoutConsent(member, channel, context.programs.program(member.version)) ?? 'accept';
  });
}

/**
 * Puts a task off. One that ends before it would wake is put off all the same, with the warning `ends-before-waking`.
 * Refusals: those of a claim, and instant-passed.
 */
export function decideSnooze(state: MemberState | null, command: SnoozeTask, context: CommandContext): Decision {
  const { taskId, until, by } = command;
  let end = Infinity;
  const wanted = { type: 'TaskSnoozed' as const, data: { taskId, until, by } };
  const decision = decideTask(state, command, context, wanted, (task, _member, now) => {
    if (Date.parse(until) <= now) return refusal('instant-passed', 'until must lie ahead', 'until');
    end = expiryOf(task);
    return 'accept';
  });
  if (!decision.ok || Date.parse(until) < end) return decision;
  const message = `The task ends at ${iso(end)}, before it would wake`;
  return { ...decision, warnings: [{ code: 'ends-before-waking', message }] };
}

/** Ends a task that is not to be done. Refusals: those of a claim. */
export function decideDismissal(state: MemberState | null, command: DismissTask, context: CommandContext): Decision {
  const { taskId, reason, by } = command;
  return decideTask(state, command, context, { type: 'TaskDismissed', data: { taskId, reason, by } }, () => 'accept');
}

/** Ends a task that is done. Refusals: those of a claim. */
export function decideCompletion(state: MemberState | null, command: CompleteTask, context: CommandContext): Decision {
  const { taskId, outcome, by } = command;
  return decideTask(state, command, context, { type: 'TaskCompleted', data: { taskId, outcome, by } }, () => 'accept');
}

/** What holds for every action: the task is there, still waits, and is nobody else's. */
function decideTask(
  state: MemberState | null,
  command: TaskCommand,
  context: CommandContext,
  wanted: Wanted,
  rule: (task: Task, member: MemberState, at: number) => Verdict,
): Decision {
  const { taskId, by, takeOver = false } = command;
  return decideFact(state, command, context, wanted, (member, at) => {
    const task = member.tasks.get(taskId);
    if (!task) return refusal('unknown-task', `The member has no task ${taskId}`, 'taskId');
    if (member.erasedAt !== null) {
      return refusal('customer-erased', "The customer's personal data was erased: they are contacted no more");
    }
    if (!isLive(task)) return ended(task);
    if (task.assignee !== null && task.assignee !== by && !takeOver) return claimed(task.assignee);
    return rule(task, member, at);
  });
}

function ended({ id, state, reason }: Task): Refusal {
  return refusal('task-ended', `Task ${id} is ${state}${reason === null ? '' : ` (${reason})`}: nothing is to be done`);
}

function claimed(assignee: string): Refusal {
  return refusal('task-claimed', `${assignee} has claimed the task; takeOver: true does it all the same`, 'by');
}

/** Without a channel: somewhere they must have consented. Null = go ahead. */
function withoutConsent(member: MemberState, channel: string | undefined, program: Program): Refusal | null {
  const asked = channel === undefined ? CONSENT_CHANNELS : [channel as ConsentChannel];
  if (asked.some((one) => isConsented(member, one, program))) return null;
  return refusal('no-consent', `The customer did not consent to ${channel ?? 'any channel'}`, 'channel');
}
