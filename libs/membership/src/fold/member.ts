import type { ChurnBand } from '../facts/fact.js';
import type { Stage } from '../program/program.js';

/** A member as JSON (SPEC Appendix B). Instants are ISO 8601 UTC, money and points integers. */
export interface Member {
  customerId: string;
  asOf: string;
  enrolled: boolean;
  tier: {
    effective: string;
    earned: string;
    since: string;
    until: string | null;
    growth: number;
    next: { tier: string; missing: number } | null;
    projected: string;
  } | null;
  points: {
    available: number;
    pending: number;
    reserved: number;
    debt: number;
    nextExpiry: { at: string; points: number } | null;
    totals: PointsTotals;
  };
  stage: Stage;
  purchases: { count: number; value: number; firstAt: string | null; lastAt: string | null };
  tasks: TaskView[];
  churn: { model: string; probabilityAlive: number; band: ChurnBand; assessedAt: string } | null;
}

export interface PointsTotals {
  earned: number;
  adjustedUp: number;
  adjustedDown: number;
  redeemed: number;
  restored: number;
  expired: number;
  clawedBack: number;
}

export const TASK_STATES = [
  'open',
  'claimed',
  'contacted',
  'snoozed',
  'completed',
  'converted',
  'cancelled',
  'dismissed',
  'expired',
  'held-out',
  'suppressed',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

export interface TaskView {
  id: string;
  kind: 'reactivation' | 'service-recovery';
  step: string | null;
  state: TaskState;
  reason: string | null;
  dueAt: string;
  openUntil: string | null;
}
