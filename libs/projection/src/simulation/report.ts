import type { PointsTotals, TaskState } from '@perennial/membership';

/** What a program would make of the whole history, beside what it is (docs/simulation.md). Points are integers. */
export interface SimulationReport {
  /** ISO 8601: the instant at which both sides are compared. */
  asOf: string;
  draft: {
    name: string;
    /** ISO 8601; null = from the beginning of time. */
    from: string | null;
    /** Numbers of the published versions that it stood in for. */
    replaces: number[];
  };
  /** Customers with a fact up to `asOf`, members or not. */
  customers: number;
  before: Outcome;
  after: Outcome;
  tierMoves: TierMoves;
  points: {
    /** The members who gain and lose most points, at most 20 each, the greatest difference first. */
    gain: PointsDifference[];
    lose: PointsDifference[];
  };
}

/** All customers under one program. */
export interface Outcome {
  /** Enrolled customers. */
  members: number;
  /** By effective tier: every tier of the version in force, lowest first. */
  tiers: Record<string, number>;
  points: {
    /** Ever, pending included. */
    earned: number;
    /** available + pending + reserved: what the program still owes its members (SPEC §5: liability). */
    outstanding: number;
    debt: number;
    liability: { available: number; pending: number; reserved: number; total: number; debt: number };
    totals: PointsTotals;
  };
  /** Customers by stage; stages that occur. */
  stages: Record<string, number>;
  /** Tasks by step, then state now, those that occur; `service-recovery` is a row of its own. */
  tasks: Record<string, Partial<Record<TaskState, number>>>;
}

/** Effective tiers before and after; null = no member. */
export interface TierMoves {
  /** Everyone who is a member on either side, also those who stay; each pair that occurs. */
  matrix: { from: string | null; to: string | null; members: number }[];
  /** How many have another tier. */
  moved: number;
  /** Who they are, in order of customerId: the first 10,000. */
  members: { customerId: string; from: string | null; to: string | null }[];
}

export interface PointsDifference {
  customerId: string;
  /** available + pending + reserved − debt. */
  before: number;
  after: number;
  difference: number;
}
