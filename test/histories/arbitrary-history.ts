import { CONSENT_CHANNELS, DEFAULT_PROGRAM, type Fact, type Program, ProgramHistory } from '@perennial/membership';
import fc from 'fast-check';

/**
 * Random histories of one customer: few ids, so that facts meet; instants that coincide with each other and with days'
 * starts; facts about things that do not exist; everything in any order.
 */

const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 1);

/** Instants in clusters: a day's start in the program's zone, noon, and a few ms around both. */
const instant = fc
  .tuple(fc.integer({ min: 0, max: 420 }), fc.constantFrom(0, 16, 12), fc.integer({ min: -1, max: 1 }))
  .map(([day, hour, ms]) => START + day * DAY + hour * 3_600_000 + ms);

const id = (kind: string, count: number) => fc.integer({ min: 1, max: count }).map((n) => `${kind}-${n}`);
const iso = instant.map((t) => new Date(t).toISOString());
const line = fc.record(
  {
    sku: id('sku', 3),
    category: fc.constantFrom('tea', 'cup'),
    quantity: fc.integer({ min: 1, max: 4 }),
    unitPrice: fc.constantFrom(0, 1, 33, 999, 25_000, 180_000),
  },
  { requiredKeys: ['sku', 'quantity', 'unitPrice'] },
);
const points = fc.constantFrom(0, 1, 7, 50, 400, 5_000);
const taskId = fc.tuple(id('o', 5), fc.constantFrom('day-30', 'day-60', 'day-90')).map(([o, step]) => `${o}/${step}`);
const anyTask = fc.oneof(
  taskId,
  id('rv', 3).map((r) => `${r}/service-recovery`),
);
const by = fc.constant('op-1');
const reason = fc.constant('random');

/** Types and data; orders weigh more, because most facts hang on them. */
const body = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('OrderPlaced'),
      data: fc.record(
        {
          orderId: id('o', 5),
          payment: fc.constantFrom('paid', 'paid', 'pending'),
          lines: fc.array(line, { minLength: 1, maxLength: 3 }),
          channel: fc.constantFrom('web', 'app'),
          cartId: id('k', 2),
        },
        { requiredKeys: ['orderId', 'payment', 'lines'] },
      ),
    }),
  },
  fc.record({ type: fc.constant('OrderPaid'), data: fc.record({ orderId: id('o', 5) }) }),
  fc.record({ type: fc.constant('OrderFulfilled'), data: fc.record({ orderId: id('o', 5) }) }),
  fc.record({ type: fc.constant('OrderCancelled'), data: fc.record({ orderId: id('o', 5) }) }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('OrderRefunded'),
      data: fc.oneof(
        fc.record({ refundId: id('rf', 6), orderId: id('o', 5) }),
        fc.record({ refundId: id('rf', 6), orderId: id('o', 5), amount: fc.constantFrom(1, 500, 90_000) }),
        fc.record({
          refundId: id('rf', 6),
          orderId: id('o', 5),
          lines: fc.array(fc.record({ sku: id('sku', 3), quantity: fc.integer({ min: 1, max: 3 }) }), {
            minLength: 1,
            maxLength: 2,
          }),
        }),
      ),
    }),
  },
  fc.record({
    type: fc.constant('CustomerRegistered'),
    data: fc.record(
      {
        profile: fc.record({ birthday: fc.constantFrom('1990-02-29', '1980-06-15') }),
        consents: fc.constant({ sms: true }),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    type: fc.constant('ProfileUpdated'),
    data: fc.record({ profile: fc.record({ birthday: fc.constantFrom('1990-03-01', null) }) }),
  }),
  fc.record({
    type: fc.constant('ConsentChanged'),
    data: fc.record({ channel: fc.constantFrom(...CONSENT_CHANNELS), granted: fc.boolean() }),
  }),
  fc.record({ type: fc.constant('VisitRecorded'), data: fc.constant({}) }),
  fc.record({
    type: fc.constant('CartUpdated'),
    data: fc.record({ cartId: id('k', 2), lines: fc.oneof(fc.constant([]), fc.array(line, { maxLength: 1 })) }),
  }),
  fc.record({
    type: fc.constant('ReviewSubmitted'),
    data: fc.record({
      reviewId: id('rv', 3),
      sku: id('sku', 3),
      rating: fc.integer({ min: 1, max: 5 }),
      hasMedia: fc.boolean(),
    }),
  }),
  fc.record({
    type: fc.constant('EngagementRecorded'),
    data: fc.record(
      { kind: fc.constantFrom('share', 'check-in', 'referral'), reference: id('ref', 3) },
      { requiredKeys: ['kind'] },
    ),
  }),
  fc.record({
    type: fc.constant('ChurnRiskAssessed'),
    data: fc.record({ model: fc.constant('outside'), probabilityAlive: fc.constantFrom(0, 0.3, 0.9) }),
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('PointsRedeemed'),
      data: fc.record({ redemptionId: id('rd', 4), points }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('PointsReserved'),
      data: fc.record(
        { reservationId: id('rd', 5), points, expiresAt: iso },
        { requiredKeys: ['reservationId', 'points'] },
      ),
    }),
  },
  fc.record({ type: fc.constant('ReservationCommitted'), data: fc.record({ reservationId: id('rd', 5) }) }),
  fc.record({ type: fc.constant('ReservationReleased'), data: fc.record({ reservationId: id('rd', 5) }) }),
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('RedemptionCancelled'), data: fc.record({ redemptionId: id('rd', 5) }) }),
  },
  fc.record({
    type: fc.constant('PointsAdjusted'),
    data: fc.record({ adjustmentId: id('ad', 3), points: fc.constantFrom(-900, -5, 0, 30, 2_000), reason, by }),
  }),
  fc.record({
    type: fc.constant('TierGranted'),
    data: fc.record(
      {
        tier: fc.constantFrom('bronze', 'gold', 'none'),
        mode: fc.constantFrom('floor', 'exact'),
        until: iso,
        reason,
        by,
      },
      { requiredKeys: ['tier', 'mode', 'reason', 'by'] },
    ),
  }),
  fc.record({ type: fc.constant('TierGrantRevoked'), data: fc.record({ reason, by }) }),
  fc.record({ type: fc.constant('TaskClaimed'), data: fc.record({ taskId: anyTask, by }) }),
  { weight: 2, arbitrary: fc.record({ type: fc.constant('TaskContacted'), data: fc.record({ taskId: anyTask, by }) }) },
  fc.record({ type: fc.constant('TaskSnoozed'), data: fc.record({ taskId: anyTask, until: iso, by }) }),
  fc.record({ type: fc.constant('TaskDismissed'), data: fc.record({ taskId: anyTask, reason, by }) }),
  fc.record({ type: fc.constant('TaskCompleted'), data: fc.record({ taskId: anyTask, outcome: reason, by }) }),
  fc.record({ type: fc.constant('PersonalDataErased'), data: fc.record({ reason, by }) }),
);

/** What the log lets through once per natural key: orders, refunds, reviews, redemptions, reservations, adjustments. */
const KEYS: Record<string, string> = {
  OrderPlaced: 'orderId',
  OrderRefunded: 'refundId',
  ReviewSubmitted: 'reviewId',
  PointsRedeemed: 'redemptionId',
  PointsReserved: 'reservationId',
  PointsAdjusted: 'adjustmentId',
};

function firstOfEachKey(facts: Fact[]): Fact[] {
  const seen = new Set<string>();
  return facts.filter((fact) => {
    const data = fact.data as Record<string, string | undefined>;
    const field = KEYS[fact.type] ?? (fact.type === 'EngagementRecorded' && data.reference ? 'reference' : null);
    if (field === null) return true;
    const key = `${fact.type} ${data[field]} ${fact.type === 'EngagementRecorded' ? data.kind : ''}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** Facts of one customer as a log may hold them, in any order. */
export const arbitraryFacts: fc.Arbitrary<Fact[]> = fc
  .array(fc.tuple(body, instant), { minLength: 1, maxLength: 40, size: 'max' })
  .map((bodies) =>
    firstOfEachKey(
      bodies.map(([{ type, data }, occurredAt], index) => ({
        id: `m-${(index * 7) % 29}-${index}`,
        type,
        customerId: 'c-1',
        occurredAt,
        source: 'random',
        data,
      })) as Fact[],
    ),
  );

export const arbitraryInstant = instant;

/** Programs of many kinds, of one zone and currency so that they can follow each other. */
export const arbitraryProgram: fc.Arbitrary<Program> = fc
  .record({
    enrolment: fc.constantFrom('automatic', 'explicit'),
    downgrade: fc.constantFrom('single', 'full'),
    validityDays: fc.constantFrom(30, 365),
    graceDays: fc.constantFrom(0, 10),
    window: fc.constantFrom({ kind: 'rolling', days: 60 }, { kind: 'rolling', days: 365 }, { kind: 'calendar-year' }),
    activation: fc.constantFrom({ autoFulfilDays: 0, holdDays: 0 }, { autoFulfilDays: 3, holdDays: 2 }),
    expiry: fc.constantFrom(
      { kind: 'never' },
      { kind: 'inactivity', days: 20 },
      { kind: 'rolling', months: 1, roundTo: 'month' },
      { kind: 'rolling', months: 12, roundTo: 'day' },
    ),
    clawback: fc.constantFrom('debt', 'within-balance', 'only-pending'),
    restoreGraceDays: fc.constantFrom(0, 5),
    registration: fc.constantFrom(0, 50),
    birthday: fc.constantFrom(0, 25),
    consent: fc.constantFrom('required', 'assumed'),
    tiers: fc.constantFrom(DEFAULT_PROGRAM.tiers, DEFAULT_PROGRAM.tiers.slice(0, 2)),
  })
  .map((o) => {
    const base = structuredClone(DEFAULT_PROGRAM);
    return {
      ...base,
      enrolment: o.enrolment,
      tiers: o.tiers,
      tierPeriod: { validityDays: o.validityDays, downgrade: o.downgrade, graceDays: o.graceDays },
      growth: { ...base.growth, window: o.window },
      points: {
        ...base.points,
        activation: o.activation,
        expiry: o.expiry,
        clawback: o.clawback,
        restoreGraceDays: o.restoreGraceDays,
        registration: o.registration,
        birthday: o.birthday,
      },
      reactivation: { ...base.reactivation, consent: o.consent },
    };
  });

/** One version, or two with the second taking effect in the middle of the histories. */
export const arbitraryPrograms: fc.Arbitrary<ProgramHistory> = fc
  .tuple(arbitraryProgram, fc.option(fc.tuple(arbitraryProgram, instant)))
  .map(([first, second]) => {
    const versions = [{ version: 1, effectiveFrom: null as number | null, program: first }];
    if (second) versions.push({ version: 2, effectiveFrom: second[1], program: second[0] });
    return new ProgramHistory(versions);
  });
