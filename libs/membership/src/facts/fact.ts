/**
 * The facts: the only thing that is stored as truth (SPEC §1, Appendix A).
 *
 * Instants inside the engine are UTC milliseconds; money is integer minor units.
 */

/** Every type of fact about a customer, in the order in which facts of one instant apply (SPEC §1 table, §3, ruling 3). */
export const CUSTOMER_FACT_TYPES = [
  'CustomerRegistered',
  'ProfileUpdated',
  'ConsentChanged',
  'IdentityLinked',
  'VisitRecorded',
  'CartUpdated',
  'OrderPlaced',
  'OrderPaid',
  'OrderFulfilled',
  'OrderCancelled',
  'OrderRefunded',
  'ReviewSubmitted',
  'EngagementRecorded',
  'ChurnRiskAssessed',
  'PointsRedeemed',
  'PointsReserved',
  'ReservationCommitted',
  'ReservationReleased',
  'RedemptionCancelled',
  'PointsAdjusted',
  'TierGranted',
  'TierGrantRevoked',
  'TaskClaimed',
  'TaskContacted',
  'TaskSnoozed',
  'TaskDismissed',
  'TaskCompleted',
  'PersonalDataErased',
] as const;

export type CustomerFactType = (typeof CUSTOMER_FACT_TYPES)[number];
/** Facts of no customer: streams of their own. */
export type SystemFactType = 'ProgramPublished' | 'ClockTicked';
export type FactType = CustomerFactType | SystemFactType;

export const CONSENT_CHANNELS = ['email', 'sms', 'push', 'wechat', 'phone'] as const;
export type ConsentChannel = (typeof CONSENT_CHANNELS)[number];

export interface Profile {
  /** `YYYY-MM-DD`; only month and day count (ruling 26). */
  birthday?: string | null;
  [field: string]: unknown;
}

export interface LineData {
  sku: string;
  category?: string;
  quantity: number;
  /** Minor units of the order's currency. */
  unitPrice: number;
  discount?: number;
}

/** `data` by type, as sent (Appendix A); in the log one field stands for the personal ones (`personal-data.ts`). */
export interface FactDataByType {
  CustomerRegistered: { profile?: Profile; channel?: string; consents?: Partial<Record<ConsentChannel, boolean>> };
  ProfileUpdated: { profile?: Profile };
  ConsentChanged: { channel: ConsentChannel; granted: boolean };
  IdentityLinked: { aliasId: string };
  VisitRecorded: {
    sessionId?: string;
    channel?: string;
    page?: string;
    sku?: string;
    referrer?: string;
    campaign?: string;
  };
  CartUpdated: { cartId: string; currency?: string; lines: LineData[] };
  OrderPlaced: {
    orderId: string;
    payment: 'paid' | 'pending';
    lines?: LineData[];
    /** Price of one anonymous line (ruling 12). */
    amount?: number;
    orderDiscount?: number;
    shipping?: number;
    tax?: number;
    currency?: string;
    channel?: string;
    cartId?: string;
  };
  OrderPaid: { orderId: string };
  OrderFulfilled: { orderId: string };
  OrderCancelled: { orderId: string };
  OrderRefunded: { refundId: string; orderId: string; lines?: { sku: string; quantity: number }[]; amount?: number };
  ReviewSubmitted: {
    reviewId: string;
    sku?: string;
    orderId?: string;
    rating: number;
    hasMedia?: boolean;
    text?: string;
  };
  EngagementRecorded: { kind: string; reference?: string };
  ChurnRiskAssessed: {
    model: string;
    modelVersion?: string;
    probabilityAlive: number;
    expectedOrders?: number;
    horizonDays?: number;
    band?: ChurnBand;
  };
  PointsRedeemed: { redemptionId: string; points: number; purpose?: string; orderId?: string };
  PointsReserved: { reservationId: string; points: number; expiresAt?: string };
  ReservationCommitted: { reservationId: string };
  ReservationReleased: { reservationId: string };
  RedemptionCancelled: { redemptionId: string };
  PointsAdjusted: { adjustmentId: string; points: number; reason: string; by: string };
  TierGranted: { tier: string; mode: 'floor' | 'exact'; until?: string; reason: string; by: string };
  TierGrantRevoked: { reason: string; by: string };
  TaskClaimed: { taskId: string; by: string };
  TaskContacted: { taskId: string; by: string; channel?: string; offer?: string };
  TaskSnoozed: { taskId: string; until: string; by: string };
  TaskDismissed: { taskId: string; reason: string; by: string };
  TaskCompleted: { taskId: string; outcome: string; by: string };
  PersonalDataErased: { reason: string; by: string };
}

export type ChurnBand = 'healthy' | 'watch' | 'at-risk' | 'lost';

export interface FactOf<T extends CustomerFactType> {
  /** The sender's message id, unique for ever. */
  id: string;
  type: T;
  /** As sent: an alias stays an alias here (SPEC §11). */
  customerId: string;
  /** When it happened, UTC milliseconds. */
  occurredAt: number;
  /** Who sent it. */
  source?: string;
  data: FactDataByType[T];
}

/** One fact of a customer: a union discriminated by `type`. */
export type Fact = { [T in CustomerFactType]: FactOf<T> }[CustomerFactType];

const ROW: ReadonlyMap<string, number> = new Map(CUSTOMER_FACT_TYPES.map((type, index) => [type, index]));

/** Place of a fact's type among facts of one instant (ruling 3). */
export function factRow(type: CustomerFactType): number {
  return ROW.get(type)!;
}

/** Order of ids by Unicode code point (ruling 3); plain `<` compares UTF-16 units and differs for astral characters. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x === y) continue;
    // Lift surrogates above the rest of the BMP, which is where their code points lie.
    if (x >= 0xd800 && y >= 0xd800) {
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
    }
    return x - y;
  }
  return a.length - b.length;
}

/** Fact order: (occurredAt, row of the table in SPEC §1, id). */
export function compareFacts(a: Fact, b: Fact): number {
  return a.occurredAt - b.occurredAt || factRow(a.type) - factRow(b.type) || compareIds(a.id, b.id);
}
