import type { ChurnBand, ConsentChannel } from '../facts/fact.js';

/** The program document (SPEC §4): one JSON document, validated whole by `parseProgram`. Percentages: 100 = 1×. */
export interface Program {
  name: string;
  /** IANA time zone that defines the calendar day. */
  timeZone: string;
  /** ISO 4217 code; all money inside is its minor unit. */
  currency: string;
  /** Program minor units per minor unit of the other currency (ruling 8). */
  exchangeRates: Record<string, number>;
  enrolment: 'automatic' | 'explicit';
  /** Ascending thresholds; the first is the base tier with threshold 0. */
  tiers: Tier[];
  tierPeriod: { validityDays: number; downgrade: 'single' | 'full'; graceDays: number };
  growth: {
    window: { kind: 'rolling'; days: number } | { kind: 'calendar-year' };
    perAmount: { value: number; per: number };
    perPurchase: number;
    review: { value: number; dailyCap?: number };
    engagement: Record<string, { value: number; dailyCap?: number }>;
  };
  points: {
    earn: { points: number; per: number };
    lineMultipliers: { category?: string; sku?: string; multiplier: number }[];
    review: { points: number; pointsWithMedia: number; dailyCap?: number };
    engagement: Record<string, { points: number; dailyCap?: number }>;
    registration: number;
    birthday: number;
    activation: { autoFulfilDays: number; holdDays: number };
    expiry: Expiry;
    reservationMinutes: number;
    restoreGraceDays: number;
    clawback: 'debt' | 'within-balance' | 'only-pending';
  };
  campaigns: Campaign[];
  reviews: { badRatingAtMost: number; respondWithinHours: number };
  carts: { abandonedAfterMinutes: number };
  lifecycle: {
    activeDays: number;
    coolingDays: number;
    atRiskDays: number;
    dormantDays: number;
    loyalPurchases: number;
    reactivatedDays: number;
  };
  reactivation: {
    /** Percent of customers held out, up to two decimals (12.5 = 12.5 %). */
    holdout: { percent: number; salt: string };
    attributionDays: number;
    steps: ReactivationStep[];
    consent: 'required' | 'assumed';
  };
  churn: { model: string; bands: { healthy: number; watch: number; atRisk: number } };
}

export interface Tier {
  id: string;
  /** Growth value from which the tier is met. */
  threshold: number;
  pointsMultiplier: number;
  benefits?: Record<string, unknown>;
}

export type Expiry =
  | { kind: 'rolling'; months?: number; days?: number; roundTo?: 'day' | 'month' | 'quarter' | 'year' }
  | { kind: 'inactivity'; days: number }
  | { kind: 'never' };

export interface Campaign {
  id: string;
  /** Instants, ISO 8601; active in [from, to). */
  from: string;
  to: string;
  multiplier: number;
  tiers?: string[];
  channels?: string[];
  categories?: string[];
  skus?: string[];
}

export const STAGES = [
  'prospect',
  'new',
  'active',
  'loyal',
  'reactivated',
  'cooling',
  'at-risk',
  'dormant',
  'lost',
] as const;
export type Stage = (typeof STAGES)[number];

export interface ReactivationStep {
  id: string;
  afterDays: number;
  openDays: number;
  send: string[];
  channels: ConsentChannel[];
  audience: { tiers?: string[]; stages?: Stage[]; minOrders?: number; maxOrders?: number };
}

/** Band of P(alive) (SPEC §9). */
export function churnBand(probabilityAlive: number, bands: Program['churn']['bands']): ChurnBand {
  if (probabilityAlive >= bands.healthy) return 'healthy';
  if (probabilityAlive >= bands.watch) return 'watch';
  return probabilityAlive >= bands.atRisk ? 'at-risk' : 'lost';
}
