import type {
  Explanation,
  ExplanationLine,
  PointsExplanation,
  StageExplanation,
  TaskExplanation,
  TierExplanation,
} from '@perennial/membership';
import { count } from './figures.js';

type Cause = ExplanationLine['cause'];

/** An explanation for people: what it comes to first, then what made it, each line with its fact or timer. */
export function explanationLines(explanation: Explanation): string[] {
  switch (explanation.what) {
    case 'points':
      return pointsLines(explanation);
    case 'tier':
      return tierLines(explanation);
    case 'stage':
      return stageLines(explanation);
    case 'task':
      return taskLines(explanation);
  }
}

function pointsLines({ customerId, asOf, balance, lines, lots }: PointsExplanation): string[] {
  const { available, pending, reserved, debt } = balance;
  const left = lots.filter((lot) => lot.available + lot.pending + lot.reserved > 0);
  return [
    `${customerId} as of ${asOf}: ${count(available)} available, ${count(pending)} pending, ${count(reserved)} reserved, ${count(debt)} debt`,
    ...lines.flatMap((line) => {
      const { balance: after } = line;
      const running = `${after.available} available, ${after.pending} pending, ${after.reserved} reserved, ${after.debt} debt`;
      return [lineOf(line), `    then ${running}`];
    }),
    ...(left.length === 0 ? [] : ['lots with points in them']),
    ...left.map((lot) => {
      const until = lot.expiresAt === null ? '' : `, expires ${lot.expiresAt}`;
      const from = lot.activatesAt === null ? '' : `, active ${lot.activatesAt}`;
      return `  ${lot.id}: ${lot.available} available, ${lot.pending} pending, ${lot.reserved} reserved${from}${until}  ${causeOf(lot.cause)}`;
    }),
  ];
}

function tierLines({ customerId, asOf, tier, growth, thresholds, period, grant, lines }: TierExplanation): string[] {
  if (tier === null) return [`${customerId} as of ${asOf}: no member`];
  const met = thresholds.map(({ tier: id, threshold, met: isMet }) => `${id} ${threshold}${isMet ? ' met' : ''}`);
  return [
    `${customerId} as of ${asOf}: ${tier.effective} (earned ${tier.earned} since ${tier.since}), growth ${count(growth.value)}`,
    `thresholds: ${met.join(', ')}`,
    ...(period ? [period.text] : []),
    ...(grant ? [`Granted ${grant.mode} ${grant.tier} until ${grant.until ?? 'revoked'} by ${grant.by}`] : []),
    ...(growth.entries.length === 0 ? [] : ['growth inside the window']),
    ...growth.entries.flatMap(({ at, text, cause, changedBy }) => [
      `  ${at}  ${text}  ${[cause, ...changedBy].map(causeOf).join(' ')}`,
    ]),
    'what happened',
    ...lines.map(lineOf),
  ];
}

function stageLines({ customerId, asOf, stage, text, purchases, next, lines }: StageExplanation): string[] {
  return [
    `${customerId} as of ${asOf}: ${stage}`,
    next === null ? text : `${text}; may change at ${next}`,
    ...(purchases.length === 0 ? [] : ['purchases']),
    ...purchases.map(({ day, orderId, value, gapDays, cause }) => {
      const gap = gapDays === null ? '' : `, ${gapDays} days after the one before`;
      return `  ${day}  ${orderId}, value ${count(value)}${gap}  ${causeOf(cause)}`;
    }),
    'what happened',
    ...lines.map(lineOf),
  ];
}

function taskLines({ customerId, asOf, task, about, decision, priority, lines }: TaskExplanation): string[] {
  const reason = task.reason === null ? '' : ` (${task.reason})`;
  return [
    `${task.id} of ${customerId} as of ${asOf}: ${task.state}${reason}, due ${task.dueAt}`,
    `${about.text}  ${causeOf(about.cause)}`,
    ...(decision ? decisionLines(decision) : []),
    ...(priority ? [`priority ${priority.priority}`] : []),
    ...(priority?.reasons.map(({ text, points }) => `  ${points}  ${text}`) ?? []),
    'what happened',
    ...lines.map(lineOf),
  ];
}

function decisionLines({
  text,
  step,
  audience,
  consents,
  holdout,
}: NonNullable<TaskExplanation['decision']>): string[] {
  return [
    `${text} (step ${step.id}, ${step.afterDays} days after the purchase)`,
    ...audience.map(({ rule, wanted, actual, met }) => `  ${rule}: ${wanted}; was ${actual}${met ? '' : ': not met'}`),
    ...consents.map(({ channel, consented, cause }) => {
      const why = cause === null ? 'no fact says anything' : causeOf(cause);
      return `  ${channel}: ${consented ? 'consented' : 'no consent'}  ${why}`;
    }),
    `  control group: place ${holdout.place} of 10,000, the first ${count(holdout.places)} are held out`,
  ];
}

function lineOf({ at, text, cause }: ExplanationLine): string {
  return `  ${at}  ${text}  ${causeOf(cause)}`;
}

function causeOf(cause: Cause): string {
  return 'fact' in cause ? `[fact ${cause.fact}]` : `[timer ${cause.timer}]`;
}
