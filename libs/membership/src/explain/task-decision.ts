import type { ConsentChannel, Fact } from '../facts/fact.js';
import { FoldContext } from '../fold/context.js';
import type { MemberState } from '../fold/state.js';
import { stageJustBefore } from '../lifecycle/stage.js';
import type { ProgramHistory } from '../program/history.js';
import type { ReactivationStep } from '../program/program.js';
import { holdoutPlace, holdoutPlaces, isHeldOut } from '../reactivation/holdout.js';
import { inAudience, isConsented } from '../reactivation/plan.js';
import { effectiveTier } from '../tiers/tiers.js';
import type { TaskDecision } from './explanation.js';
import type { ExplainCause, Happening } from './happenings.js';

/** The fact that said last whether a customer may be written to on a channel. */
export class ConsentFacts {
  private readonly byChannel = new Map<ConsentChannel, ExplainCause>();

  take(fact: Fact, cause: ExplainCause): void {
    if (fact.type === 'ConsentChanged') this.byChannel.set(fact.data.channel, cause);
    if (fact.type !== 'CustomerRegistered') return;
    for (const channel of Object.keys(fact.data.consents ?? {})) this.byChannel.set(channel as ConsentChannel, cause);
  }

  of(channel: ConsentChannel): ExplainCause | null {
    return this.byChannel.get(channel) ?? null;
  }
}

/** What was looked at when the step of a task fell due just now; null for a task that is no step. */
export function decisionOf(
  { m }: Happening,
  taskId: string,
  programs: ProgramHistory,
  consents: ConsentFacts,
): TaskDecision | null {
  const task = m.tasks.get(taskId)!;
  const program = programs.program(m.version);
  const step = program.reactivation.steps.find(({ id }) => id === task.step);
  if (!step) return null;
  const { percent, salt } = program.reactivation.holdout;
  const cx = new FoldContext(programs);
  return {
    programVersion: programs.versions[m.version].version,
    step,
    erased: m.erasedAt !== null,
    audience: audienceOf(m, cx, step),
    consents: step.channels.map((channel) => ({
      channel,
      consented: isConsented(m, channel, program),
      cause: consents.of(channel),
    })),
    holdout: {
      percent,
      place: holdoutPlace(m.customerId, salt),
      places: holdoutPlaces(percent),
      heldOut: isHeldOut(m.customerId, salt, percent),
    },
    text: decisionText(task.reason),
  };
}

/** Each condition of an audience by itself; it is met when all of them are. */
function audienceOf(m: MemberState, cx: FoldContext, { audience }: ReactivationStep): TaskDecision['audience'] {
  const { tiers, stages, minOrders, maxOrders } = audience;
  const orders = String(m.purchases.length);
  const tier = m.tier === null ? 'no member' : effectiveTier(m, cx.program(m));
  const conditions: (Omit<TaskDecision['audience'][number], 'met'> | null)[] = [
    tiers ? { rule: 'tiers', wanted: tiers.join(', '), actual: tier } : null,
    stages ? { rule: 'stages', wanted: stages.join(', '), actual: stageJustBefore(m) } : null,
    minOrders === undefined ? null : { rule: 'minOrders', wanted: `at least ${minOrders}`, actual: orders },
    maxOrders === undefined ? null : { rule: 'maxOrders', wanted: `at most ${maxOrders}`, actual: orders },
  ];
  return conditions
    .filter((condition) => condition !== null)
    .map((condition) => ({ ...condition, met: inAudience(m, cx, { [condition.rule]: audience[condition.rule] }) }));
}

function decisionText(reason: string | null): string {
  switch (reason) {
    case 'erased':
      return 'Suppressed: an erased customer is contacted no more';
    case 'audience':
      return 'Suppressed: the customer is not in the audience of the step';
    case 'no-consent':
      return 'Suppressed: there is no consent on any channel of the step';
    case 'holdout':
      return 'Held out: the customer is in the control group';
    default:
      return 'Opened: in the audience, consented, and not in the control group';
  }
}
