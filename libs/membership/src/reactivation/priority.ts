import type { MemberState, Task } from '../fold/state.js';
import type { ProgramHistory } from '../program/history.js';
import type { Program, Stage } from '../program/program.js';
import { effectiveTier } from '../tiers/tiers.js';
import { isLive } from './tasks.js';
import { purchaseValue } from '../orders/purchase-value.js';

export type PriorityCode = 'bad-review' | 'tier' | 'value' | 'churn-risk';

/** One thing that makes a task urgent. */
export interface PriorityReason {
  code: PriorityCode;
  /** For people, in English. */
  text: string;
  /** What it adds to the priority, at least 1. */
  points: number;
}

export interface TaskPriority {
  /** 0–100, the sum of the reasons' points; the higher, the sooner. */
  priority: number;
  reasons: PriorityReason[];
}

/** The most that each thing adds, by kind of task; 100 together. A bad review comes before most reactivations. */
const WEIGHTS: Record<Task['kind'], Record<PriorityCode, number>> = {
  reactivation: { 'bad-review': 0, tier: 40, value: 30, 'churn-risk': 30 },
  'service-recovery': { 'bad-review': 40, tier: 30, value: 15, 'churn-risk': 15 },
};

/** Risk in percent of members whom no model has assessed: by how long ago they bought. */
const RISK_OF_STAGE: Record<Stage, number> = {
  prospect: 0,
  new: 0,
  active: 0,
  loyal: 0,
  reactivated: 0,
  cooling: 30,
  'at-risk': 50,
  dormant: 70,
  lost: 90,
};

/** The value of purchases gains in steps, each twice the one before; the last is `mostValuable`. */
const VALUE_STEPS = 10;
/** Where the program does not say by growth how much money a good customer spends, minor units. */
const MUCH_MONEY = 1_000_000;

const NOT_URGENT: TaskPriority = { priority: 0, reasons: [] };

/**
 * Whom to call first, and what makes it so (SPEC §7, ruling 39): a function of the member's state that rises with tier,
 * value and churn risk. Whole numbers. A task that is over has priority 0 and no reasons.
 */
export function taskPriority(m: MemberState, task: Task, programs: ProgramHistory): TaskPriority {
  if (!isLive(task)) return NOT_URGENT;
  const program = programs.program(m.version);
  const weights = WEIGHTS[task.kind];
  const reasons = [
    { code: 'bad-review' as const, text: 'A bad review asks for an answer', points: weights['bad-review'] },
    tierReason(m, program, weights.tier),
    valueReason(m, program, weights.value),
    riskReason(m, weights['churn-risk']),
  ].filter(({ points }) => points > 0);
  return { priority: reasons.reduce((sum, { points }) => sum + points, 0), reasons };
}

/** The place of the effective tier among the program's: nothing for the base tier, all for the highest. */
function tierReason(m: MemberState, program: Program, weight: number): PriorityReason {
  const tier = m.tier === null ? null : effectiveTier(m, program);
  const place = Math.max(
    0,
    program.tiers.findIndex(({ id }) => id === tier),
  );
  const points = place === 0 ? 0 : Math.round((weight * place) / (program.tiers.length - 1));
  return { code: 'tier', text: `In tier ${tier}`, points };
}

function valueReason(m: MemberState, program: Program, weight: number): PriorityReason {
  const value = purchaseValue(m);
  let steps = 0;
  for (let needed = mostValuable(program); steps < VALUE_STEPS; steps++, needed /= 2) if (value >= needed) break;
  const points = Math.floor((weight * (VALUE_STEPS - steps)) / VALUE_STEPS);
  const count = m.purchases.length;
  const text = `${count} ${count === 1 ? 'purchase' : 'purchases'} worth ${moneyText(value, program.currency)}`;
  return { code: 'value', text, points };
}

/** The money that by itself meets the highest tier, minor units. */
function mostValuable({ growth, tiers }: Program): number {
  const { threshold } = tiers[tiers.length - 1];
  const { value, per } = growth.perAmount;
  return threshold > 0 && value > 0 ? (threshold * per) / value : MUCH_MONEY;
}

function riskReason(m: MemberState, weight: number): PriorityReason {
  const code = 'churn-risk';
  if (m.churn === null) {
    const { current } = m.stage;
    return { code, text: `Stage ${current}`, points: Math.round((weight * RISK_OF_STAGE[current]) / 100) };
  }
  const { model, probabilityAlive } = m.churn;
  const text = `Still a customer with a probability of ${Math.round(100 * probabilityAlive)} % (${model})`;
  return { code, text, points: Math.round(weight * (1 - probabilityAlive)) };
}

/** Decimals of a currency's minor unit, by code. */
const DECIMALS = new Map<string, number>();

function moneyText(minor: number, currency: string): string {
  let decimals = DECIMALS.get(currency);
  if (decimals === undefined) {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    DECIMALS.set(currency, (decimals = format.resolvedOptions().maximumFractionDigits ?? 0));
  }
  return `${(minor / 10 ** decimals).toFixed(decimals)} ${currency}`;
}
