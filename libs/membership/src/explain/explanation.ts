import type { ConsentChannel } from '../facts/fact.js';
import type { ChangeType } from '../fold/changes.js';
import type { Member, PointsTotals, TaskView } from '../fold/member.js';
import type { Program, ReactivationStep, Stage } from '../program/program.js';
import type { TaskPriority } from '../reactivation/priority.js';
import type { ExplainCause } from './happenings.js';

/**
 * Why something of a member is as it is (docs/explain.md). Instants are ISO 8601, days `YYYY-MM-DD` in the program's zone,
 * money minor units of the program's currency; `text` is English, for people.
 */
export type Explanation = PointsExplanation | TierExplanation | StageExplanation | TaskExplanation;

/** One thing that happened and what it did; in the order in which it took effect. */
export interface ExplanationLine {
  at: string;
  cause: ExplainCause;
  change: ChangeType;
  /** Number of the program version in force. */
  programVersion: number;
  text: string;
}

export interface Balance {
  available: number;
  pending: number;
  reserved: number;
  debt: number;
}

export interface PointsExplanation {
  what: 'points';
  customerId: string;
  asOf: string;
  balance: Balance;
  totals: PointsTotals;
  /** The last line's `balance` is the one above. */
  lines: PointsLine[];
  /** Every lot there ever was, in the order in which they were opened. */
  lots: LotExplanation[];
}

export interface PointsLine extends ExplanationLine {
  /** The lot, redemption, reservation, adjustment or order that it is about. */
  subject: string;
  /** What it added to each balance; negative = took from it. */
  moved: Balance;
  /** The balance after it. */
  balance: Balance;
  /** What it moved in which lots: `available` + `pending` + `reserved` of all of them is that of `moved`. */
  lots: ({ lot: string } & Omit<Balance, 'debt'>)[];
  /** How the points of an order were computed, on what remained of it then. */
  earning: OrderEarning | null;
}

/** points = floor( Σ(net × multiplier) × tier × campaign × earn.points ÷ (earn.per × 100³) ) (SPEC §5). */
export interface OrderEarning {
  orderId: string;
  /** Number of the version in force when it was paid: its rates stay pinned. */
  programVersion: number;
  lines: { sku: string | null; category: string | null; net: number; multiplier: number }[];
  tier: { id: string; multiplier: number };
  /** `id` null: no campaign matched. */
  campaign: { id: string | null; multiplier: number };
  earn: { points: number; per: number };
  points: number;
}

export interface LotExplanation {
  id: string;
  openedAt: string;
  /** What it came from. */
  cause: ExplainCause;
  available: number;
  pending: number;
  reserved: number;
  activatesAt: string | null;
  activatedAt: string | null;
  /** When what is free in it expires, as things stand; null = never, or nothing is free. */
  expiresAt: string | null;
}

export interface TierExplanation {
  what: 'tier';
  customerId: string;
  asOf: string;
  /** As the member shows it; null = no member. */
  tier: Member['tier'];
  growth: {
    /** Sum of the entries. */
    value: number;
    window: Program['growth']['window'];
    /** Those inside the window, oldest first. */
    entries: GrowthLine[];
  };
  /** Of the version in force, lowest first. */
  thresholds: { tier: string; threshold: number; met: boolean }[];
  /** Null in the base tier, which never ends. */
  period: { until: string; validityDays: number; graceDays: number; downgrade: string; text: string } | null;
  grant: { tier: string; mode: 'floor' | 'exact'; until: string | null; by: string; reason: string } | null;
  lines: ExplanationLine[];
  /** The last of them that set the tier or its period; null = no member. */
  lastJudgement: ExplanationLine | null;
}

export interface GrowthLine {
  at: string;
  /** The fact that gave it. */
  cause: ExplainCause;
  /** Refunds and cancellations that made it what it is. */
  changedBy: ExplainCause[];
  value: number;
  /** Sum up to here. */
  growth: number;
  text: string;
}

export interface StageExplanation {
  what: 'stage';
  customerId: string;
  asOf: string;
  stage: Stage;
  /** Which rule made it. */
  text: string;
  today: string;
  /** Calendar days since the last purchase; null = there is none. */
  daysSinceLast: number | null;
  thresholds: Program['lifecycle'];
  /** The latest gap of more than `atRiskDays` days between two purchases; null = none. */
  gap: { from: string; to: string; days: number } | null;
  purchases: PurchaseLine[];
  /** The start of the next day on which the stage may be another; null = none if nothing more happens. */
  next: string | null;
  lines: ExplanationLine[];
}

export interface PurchaseLine {
  orderId: string;
  /** What made it a purchase. */
  cause: ExplainCause;
  paidAt: string;
  day: string;
  /** What remains of it. */
  value: number;
  /** Days since the purchase before; null for the first. */
  gapDays: number | null;
}

export interface TaskExplanation {
  what: 'task';
  customerId: string;
  asOf: string;
  task: TaskView & {
    assignee: string | null;
    contactedAt: string | null;
    snoozedUntil: string | null;
    /** The order that converted it. */
    convertedBy: string | null;
    attributionDays: number;
  };
  /** The order, or the bad review, that it stands for. */
  about: { id: string; cause: ExplainCause; text: string };
  /** Why it was opened as it was; null for service recovery, which asks nothing. */
  decision: TaskDecision | null;
  priority: TaskPriority | null;
  lines: ExplanationLine[];
}

/** What was looked at when a reactivation step fell due, in this order (rulings 32, 38). */
export interface TaskDecision {
  programVersion: number;
  step: ReactivationStep;
  erased: boolean;
  audience: { rule: keyof ReactivationStep['audience']; wanted: string; actual: string; met: boolean }[];
  /** One consented channel is enough; `cause` null: no fact says anything, and the program decides. */
  consents: { channel: ConsentChannel; consented: boolean; cause: ExplainCause | null }[];
  /** Held out where `place` is below `places`, both of 10,000. */
  holdout: { percent: number; place: number; places: number; heldOut: boolean };
  text: string;
}
