import type { ChurnBand, ConsentChannel } from '../facts/fact.js';
import type { OrderLine } from '../orders/valuation.js';
import type { Stage } from '../program/program.js';
import type { PointsTotals, TaskState } from './member.js';
import type { Timer } from './timers.js';

/**
 * A member at an instant: what the fold of their facts up to then has made (SPEC §3). Plain data; `encodeState` and
 * `decodeState` turn it to text and back. Maps, because ids come from outside and may be called `__proto__`.
 * Instants are UTC ms, days are day numbers in the program's zone.
 */
export interface MemberState {
  customerId: string;
  /** Instant up to which timers have fired and facts were applied. */
  now: number;
  /** Place of the last fact that was applied: an earlier one comes late and the member is folded again. */
  last: FactPlace | null;
  /** Index of the program version in force. */
  version: number;
  /** From the latest to the next. */
  timers: Timer[];
  enrolledAt: number | null;
  registeredAt: number | null;
  erasedAt: number | null;
  consents: Partial<Record<ConsentChannel, boolean>>;
  birthday: Birthday;
  orders: Map<string, Order>;
  /** Orders spoken of before they were placed (ruling 4): when one comes, the member is folded again. */
  awaitedOrders: string[];
  /** Ids of the orders that are purchases, by (paidAt, id). */
  purchases: string[];
  points: PointsState;
  growth: GrowthState;
  tier: TierState | null;
  grant: Grant | null;
  stage: StageState;
  tasks: Map<string, Task>;
  /** Reactivation steps that lie ahead for the last purchase, soonest first; the first one has its timer set. */
  steps: { id: string; due: number }[];
  carts: Map<string, Cart>;
  abandonedCarts: number;
  /** Days with a visit, and with a non-empty cart, in the order in which they came (SPEC §8: the funnel). */
  visitDays: number[];
  cartDays: number[];
  /** Natural keys seen: reviews, engagements with a reference, refunds, adjustments. */
  seen: Set<string>;
  daily: DailyCounts;
  churn: { model: string; probabilityAlive: number; band: ChurnBand | null; assessedAt: number } | null;
}

export interface FactPlace {
  at: number;
  row: number;
  id: string;
}

export interface Birthday {
  /** [month, day], 29 Feb included; null = unknown. */
  date: [month: number, day: number] | null;
  /** When the timer is set for. */
  due: number | null;
  /** Year of the last bonus: one a year (ruling 26). */
  lastYear: number | null;
}

export interface Order {
  id: string;
  placedAt: number;
  /** Program version at placedAt: its exchange rate serves for refunds (ruling 8). */
  placedVersion: number;
  currency: string | null;
  channel: string | null;
  lines: OrderLine[];
  value: number;
  remaining: number;
  cancelled: boolean;
  paidAt: number | null;
  fulfilledAt: number | null;
  purchase: boolean;
  /** Pinned when it was paid by a member; null = earns nothing (ruling 24). */
  earning: Earning | null;
}

export interface Earning {
  version: number;
  tierMultiplier: number;
  campaignMultiplier: number;
  /** Points that the order gives now, refunds counted. */
  points: number;
  /** Index of its growth entry. */
  growthEntry: number;
}

export interface PointsState {
  available: number;
  pending: number;
  reserved: number;
  debt: number;
  totals: PointsTotals;
  lots: Map<string, Lot>;
  redemptions: Map<string, Redemption>;
  reservations: Map<string, Reservation>;
  /** The last instant at which an order became a purchase or points were redeemed (ruling 19). */
  lastActivity: number;
}

export interface Lot {
  id: string;
  /** Index of the program version it was earned under: its expiry stays pinned (ruling 15). */
  version: number;
  /** Not active yet. */
  pending: number;
  /** When a pending lot becomes active. */
  activatesAt: number | null;
  activatedAt: number | null;
  /** Active and free. */
  points: number;
  held: number;
  /** End of its life as of rolling expiry, or the end of a grace; null = none. */
  expiresAt: number | null;
  /** Due instant of its timer; null = none is set. */
  timer: number | null;
  /** Points of its own that expired and no clawback has passed over yet (ruling 23). */
  expired: number;
}

/** Points taken from one lot. */
export interface Part {
  lot: string;
  points: number;
}

export interface Redemption {
  id: string;
  points: number;
  parts: Part[];
  /** What was not there and became debt (import, late facts). */
  debt: number;
  cancelled: boolean;
}

export interface Reservation {
  id: string;
  points: number;
  parts: Part[];
  expiresAt: number;
  state: 'held' | 'committed' | 'released' | 'expired';
}

export interface GrowthState {
  entries: { at: number; value: number }[];
  /** First entry inside the window, and the sum from there on. */
  head: number;
  sum: number;
}

export interface TierState {
  earned: string;
  since: number;
  /** End of the period, grace included; null in the base tier. */
  until: number | null;
  /** When the end is announced ahead; null = done, or not at all. */
  notice: number | null;
}

export interface Grant {
  tier: string;
  mode: 'floor' | 'exact';
  until: number | null;
  by: string;
  reason: string;
}

export interface StageState {
  current: Stage;
  /** Stage before the instant `changedAt` (ruling 10: steps see the stage just before their instant). */
  previous: Stage;
  changedAt: number;
  /** Day of the purchase that ended the latest gap of more than atRiskDays; null = none. */
  gapEnd: number | null;
  timer: number | null;
}

export interface Task {
  id: string;
  kind: 'reactivation' | 'service-recovery';
  step: string | null;
  /** The order or review it stands for. */
  about: string;
  state: TaskState;
  reason: string | null;
  dueAt: number;
  openUntil: number | null;
  /** Pinned from the version at dueAt (ruling 15). */
  attributionDays: number;
  assignee: string | null;
  contactedAt: number | null;
  snoozedUntil: number | null;
  convertedBy: string | null;
  timer: number | null;
}

export interface Cart {
  id: string;
  /** Last non-empty update that still waits for an order; null = none. */
  updatedAt: number | null;
  timer: number | null;
  /** An order with this cart came: never abandoned again (ruling 37). */
  ordered: boolean;
}

export interface DailyCounts {
  day: number;
  /** By rule, e.g. `points:review`. */
  counts: Map<string, number>;
}

/** Before every instant that a date can bear; finite, so that it survives JSON. */
const BEGINNING_OF_TIME = -8.64e15;

/** A customer at their first fact, before it is applied. */
export function newState(customerId: string, at: number, version: number): MemberState {
  return {
    customerId,
    now: at,
    last: null,
    version,
    timers: [],
    enrolledAt: null,
    registeredAt: null,
    erasedAt: null,
    consents: {},
    birthday: { date: null, due: null, lastYear: null },
    orders: new Map(),
    awaitedOrders: [],
    purchases: [],
    points: {
      available: 0,
      pending: 0,
      reserved: 0,
      debt: 0,
      totals: { earned: 0, adjustedUp: 0, adjustedDown: 0, redeemed: 0, restored: 0, expired: 0, clawedBack: 0 },
      lots: new Map(),
      redemptions: new Map(),
      reservations: new Map(),
      lastActivity: BEGINNING_OF_TIME,
    },
    growth: { entries: [], head: 0, sum: 0 },
    tier: null,
    grant: null,
    stage: { current: 'prospect', previous: 'prospect', changedAt: at, gapEnd: null, timer: null },
    tasks: new Map(),
    steps: [],
    carts: new Map(),
    abandonedCarts: 0,
    visitDays: [],
    cartDays: [],
    seen: new Set(),
    daily: { day: 0, counts: new Map() },
    churn: null,
  };
}
