import type { PointsTotals, Stage } from '@perennial/membership';

/**
 * Metrics as JSON (SPEC Appendix D); what each one means stands in docs/metrics.md. Instants are ISO 8601 UTC, money in
 * minor units; shares, rates and means are unrounded, and null where they have no denominator.
 */
export interface Metrics {
  asOf: string;
  /** Null = all time. */
  window: { from: string; to: string } | null;
  mergeSameDay: boolean;
  customers: number;
  enrolled: number;
  buyers: number;
  purchases: number;
  orders: number;
  value: number;
  aov: number | null;
  repeatBuyers: number;
  repeatRate: number | null;
  buyersEver: number;
  repeatWithin: Record<RepeatHorizon, { count: number; share: number | null }>;
  timeToSecond: DaysBetween;
  interval: DaysBetween;
  windowToWindow: {
    from: string;
    to: string;
    from2: string;
    to2: string;
    buyers: number;
    returning: number;
    rate: number | null;
  } | null;
  churn: { within: number; passed: number; rate: number | null } | null;
  reactivation: { beyond: number; bought: number; rate: number | null } | null;
  funnel: { visit: number; cart: number; order: number };
  lifetimeValue: { value: number; buyers: number; historic: number | null };
  cohorts: Cohort[];
  stages: Partial<Record<Stage, number>>;
  /** Every tier of the version in force. */
  tiers: Record<string, number>;
  liability: { available: number; pending: number; reserved: number; total: number; debt: number };
  totals: PointsTotals;
  abandonedCarts: number;
  /** Buyers per cell, `"545"` = recency 5, frequency 4, value 5. */
  rfm: Record<string, number>;
  /** By reactivation step. */
  steps: Record<string, StepEffect>;
}

/** Days from the first purchase within which somebody repeats. */
export type RepeatHorizon = '30' | '60' | '90' | '180' | '365';

/** In days. */
export interface DaysBetween {
  median: number | null;
  mean: number | null;
  count: number;
}

export interface Cohort {
  /** `yyyy-mm` of the first purchase. */
  cohort: string;
  size: number;
  months: CohortMonth[];
}

export interface CohortMonth {
  /** Calendar months since the first purchase. */
  month: number;
  buyers: number;
  /** Those with a purchase there that is not their first. */
  repeat: number;
  value: number;
}

export interface StepEffect {
  due: number;
  heldOut: number;
  suppressed: number;
  contacted: number;
  converted: number;
  treated: Arm;
  control: Arm;
  lift: number | null;
  interval95: [low: number, high: number] | null;
}

export interface Arm {
  customers: number;
  conversions: number;
  rate: number | null;
}
