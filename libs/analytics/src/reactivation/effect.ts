import { compareIds } from '@perennial/membership';
import type { Arm, StepEffect } from '../metrics.js';
import { ratio } from '../repurchase/window.js';
import type { Sign } from '../sign.js';
import { noCounts, type StepCounts } from './step-counts.js';

/** Standard normal quantile of a 95 % interval, as ruling 42 has it. */
const Z = 1.96;

/**
 * What each reactivation step brought: those it may have written to against those held out, by intention to treat
 * (SPEC §7, ruling 42). Tasks count by their state now: one that was cancelled stays due and treated, one that a later
 * erasure suppressed leaves the treated arm (SPEC Appendix D).
 */
export class ReactivationEffect {
  private readonly steps = new Map<string, StepCounts>();

  /** @param customer the counts of one. */
  add(customer: readonly StepCounts[], sign: Sign = 1): void {
    for (const { step, ...counts } of customer) {
      let sum = this.steps.get(step);
      if (!sum) this.steps.set(step, (sum = noCounts(step)));
      sum.due += sign * counts.due;
      sum.heldOut += sign * counts.heldOut;
      sum.suppressed += sign * counts.suppressed;
      sum.contacted += sign * counts.contacted;
      sum.converted += sign * counts.converted;
      sum.treatedConversions += sign * counts.treatedConversions;
      sum.heldOutConversions += sign * counts.heldOutConversions;
    }
  }

  /** Steps that fell due, by id. */
  result(): Record<string, StepEffect> {
    const steps = [...this.steps.values()].filter(({ due }) => due > 0).sort((a, b) => compareIds(a.step, b.step));
    return Object.fromEntries(steps.map((counts) => [counts.step, effectOf(counts)]));
  }
}

function effectOf({ due, heldOut, suppressed, contacted, converted, ...arms }: StepCounts): StepEffect {
  const treated = armOf(due - suppressed - heldOut, arms.treatedConversions);
  const control = armOf(heldOut, arms.heldOutConversions);
  return { due, heldOut, suppressed, contacted, converted, treated, control, ...liftOf(treated, control) };
}

function armOf(customers: number, conversions: number): Arm {
  return { customers, conversions, rate: ratio(conversions, customers) };
}

/** Treated − control rate with its Wald interval; null without both arms. */
function liftOf(treated: Arm, control: Arm): Pick<StepEffect, 'lift' | 'interval95'> {
  if (treated.rate === null || control.rate === null) return { lift: null, interval95: null };
  const lift = treated.rate - control.rate;
  const margin = Z * Math.sqrt(variance(treated.rate, treated.customers) + variance(control.rate, control.customers));
  return { lift, interval95: [lift - margin, lift + margin] };
}

function variance(rate: number, customers: number): number {
  return (rate * (1 - rate)) / customers;
}
