import type { Fact } from '../facts/fact.js';
import type { Change } from '../fold/changes.js';
import type { MemberState, Task } from '../fold/state.js';
import { viewMember } from '../fold/view.js';
import type { ProgramHistory } from '../program/history.js';
import { taskPriority } from '../reactivation/priority.js';
import { isLive } from '../reactivation/tasks.js';
import { iso } from '../time/zone.js';
import type { ExplanationLine, TaskDecision, TaskExplanation } from './explanation.js';
import { type ExplainCause, followFold, type Happening } from './happenings.js';
import { ConsentFacts, decisionOf } from './task-decision.js';

/**
 * Why a task is there and in the state that it is in: what was looked at when it fell due, everything that was done with
 * it since, and its priority (SPEC §7). @returns null when there is no fact up to `asOf`, or no such task.
 */
export function explainTask(
  customerId: string,
  taskId: string,
  facts: readonly Fact[],
  asOf: number,
  programs: ProgramHistory,
): TaskExplanation | null {
  const consents = new ConsentFacts();
  const lines: ExplanationLine[] = [];
  const paidBy = new Map<string, ExplainCause>();
  let decision: TaskDecision | null = null;
  let openedBy: Happening['fact'] = null;
  const m = followFold(customerId, facts, asOf, programs, (happening) => {
    const { changes, fact, cause } = happening;
    if (fact) consents.take(fact, cause);
    for (const change of changes) {
      if (change.type === 'purchase-changed' && change.before === null) paidBy.set(change.subject, cause);
      if (change.subject !== taskId || !isOfTask(change)) continue;
      if (change.type === 'task-opened') {
        openedBy = fact;
        decision = decisionOf(happening, taskId, programs, consents);
      }
      lines.push(lineOf(change, happening));
    }
  });
  const task = m?.tasks.get(taskId);
  if (!m || !task) return null;
  return {
    what: 'task',
    customerId,
    asOf: iso(asOf),
    task: { ...viewMember(m, asOf, programs).tasks.find(({ id }) => id === taskId)!, ...detailsOf(task) },
    about: aboutOf(m, task, openedBy, paidBy),
    decision,
    priority: isLive(task) ? taskPriority(m, task, programs) : null,
    lines,
  };
}

function isOfTask({ type }: Change): boolean {
  return type === 'task-opened' || type === 'task-changed' || type === 'task-converted';
}

function detailsOf({ assignee, contactedAt, snoozedUntil, convertedBy, attributionDays }: Task) {
  return {
    assignee,
    contactedAt: contactedAt === null ? null : iso(contactedAt),
    snoozedUntil: snoozedUntil === null ? null : iso(snoozedUntil),
    convertedBy,
    attributionDays,
  };
}

function aboutOf(
  m: MemberState,
  task: Task,
  openedBy: Happening['fact'],
  paidBy: ReadonlyMap<string, ExplainCause>,
): TaskExplanation['about'] {
  const id = task.about;
  if (openedBy?.type === 'ReviewSubmitted') {
    const cause = { fact: openedBy.id, type: openedBy.type };
    return { id, cause, text: `Review ${id} gives ${openedBy.data.rating} of 5` };
  }
  const paidAt = iso(m.orders.get(id)!.paidAt!);
  return { id, cause: paidBy.get(id)!, text: `Order ${id}, paid at ${paidAt}, was the last purchase` };
}

function lineOf({ at, type, before, after, programVersion }: Change, { cause, fact }: Happening): ExplanationLine {
  const was = before as Pick<Task, 'state'> | null;
  const is = after as Pick<Task, 'state' | 'reason'>;
  const why = is.reason === null ? '' : ` (${is.reason})`;
  const by = fact !== null && 'by' in fact.data ? ` by ${fact.data.by}` : '';
  const text = was === null ? `Opened as ${is.state}${why}` : `From ${was.state} to ${is.state}${why}${by}`;
  return { at: iso(at), cause, change: type, programVersion, text };
}
