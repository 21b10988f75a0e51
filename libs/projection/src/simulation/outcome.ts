import {
  compareIds,
  effectiveTier,
  type MemberState,
  type ProgramHistory,
  STAGES,
  TASK_STATES,
} from '@perennial/membership';
import type { Outcome } from './report.js';

/** The task that is no step of the reactivation plan. */
const SERVICE_RECOVERY = 'service-recovery';

/** Adds up what one program makes of all customers. */
export class OutcomeTally {
  private readonly outcome: Outcome;

  /** @param asOf the instant that states are advanced to, UTC ms. */
  constructor(
    private readonly programs: ProgramHistory,
    asOf: number,
  ) {
    const { tiers } = programs.program(programs.indexAt(asOf));
    const totals = { earned: 0, adjustedUp: 0, adjustedDown: 0, redeemed: 0, restored: 0, expired: 0, clawedBack: 0 };
    const liability = { available: 0, pending: 0, reserved: 0, total: 0, debt: 0 };
    this.outcome = {
      members: 0,
      tiers: Object.fromEntries(tiers.map(({ id }) => [id, 0])),
      points: { earned: 0, outstanding: 0, debt: 0, liability, totals },
      stages: {},
      tasks: {},
    };
  }

  /** @returns the effective tier; null = no member. */
  add(m: MemberState): string | null {
    const { outcome } = this;
    addPoints(outcome.points, m.points);
    outcome.stages[m.stage.current] = (outcome.stages[m.stage.current] ?? 0) + 1;
    for (const { step, state } of m.tasks.values()) {
      const states = (outcome.tasks[step ?? SERVICE_RECOVERY] ??= {});
      states[state] = (states[state] ?? 0) + 1;
    }
    if (m.tier === null) return null;
    const tier = effectiveTier(m, this.programs.program(m.version));
    outcome.members++;
    outcome.tiers[tier]++;
    return tier;
  }

  /** The sums, in an order that does not depend on who came first. */
  result(): Outcome {
    const { stages, tasks } = this.outcome;
    return {
      ...this.outcome,
      stages: Object.fromEntries(STAGES.filter((stage) => stages[stage]).map((stage) => [stage, stages[stage]])),
      tasks: Object.fromEntries(
        Object.entries(tasks)
          .sort(([a], [b]) => compareIds(a, b))
          .map(([step, states]) => [
            step,
            Object.fromEntries(TASK_STATES.filter((state) => states[state]).map((state) => [state, states[state]])),
          ]),
      ),
    };
  }
}

function addPoints(sum: Outcome['points'], points: MemberState['points']): void {
  const { available, pending, reserved, debt, totals } = points;
  const { liability } = sum;
  liability.available += available;
  liability.pending += pending;
  liability.reserved += reserved;
  liability.total += available + pending + reserved;
  liability.debt += debt;
  for (const key of Object.keys(totals) as (keyof typeof totals)[]) sum.totals[key] += totals[key];
  sum.earned = sum.totals.earned;
  sum.outstanding = liability.total;
  sum.debt = liability.debt;
}
