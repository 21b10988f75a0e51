import fc from 'fast-check';
import { factToJson } from './fact-json.js';
import { CUSTOMER_FACT_TYPES, type CustomerFactType } from './fact.js';
import { CLOCK_TOLERANCE_MS, parseFact } from './parse-fact.js';

const NOW = Date.parse('2025-06-01T12:00:00Z');
const line = { sku: 's-1', category: 'tea', quantity: 2, unitPrice: 1999, discount: 0 };

/** Data with every field that Appendix A names. */
const FULL: Record<CustomerFactType, Record<string, unknown>> = {
  CustomerRegistered: {
    profile: { name: 'Ann', birthday: '1990-05-17' },
    channel: 'web',
    consents: { email: true, sms: false },
  },
  ProfileUpdated: { profile: { birthday: null } },
  ConsentChanged: { channel: 'wechat', granted: true },
  IdentityLinked: { aliasId: 'anonymous-1' },
  VisitRecorded: { sessionId: 'v-1', channel: 'web', page: '/tea', sku: 's-1', referrer: '', campaign: 'spring' },
  CartUpdated: { cartId: 'k-1', currency: 'CNY', lines: [line] },
  OrderPlaced: {
    orderId: 'o-1',
    payment: 'pending',
    lines: [line],
    orderDiscount: 5,
    shipping: 100,
    tax: 20,
    currency: 'CNY',
    channel: 'web',
    cartId: 'k-1',
  },
  OrderPaid: { orderId: 'o-1' },
  OrderFulfilled: { orderId: 'o-1' },
  OrderCancelled: { orderId: 'o-1' },
  OrderRefunded: { refundId: 'r-1', orderId: 'o-1', lines: [{ sku: 's-1', quantity: 1 }] },
  ReviewSubmitted: { reviewId: 'w-1', sku: 's-1', orderId: 'o-1', rating: 5, hasMedia: true, text: 'good' },
  EngagementRecorded: { kind: 'share', reference: 'post 7' },
  ChurnRiskAssessed: {
    model: 'bg',
    modelVersion: '1',
    probabilityAlive: 0.5,
    expectedOrders: 1.5,
    horizonDays: 90,
    band: 'watch',
  },
  PointsRedeemed: { redemptionId: 'd-1', points: 10, purpose: 'goods', orderId: 'o-1' },
  PointsReserved: { reservationId: 'h-1', points: 10, expiresAt: '2025-01-01T09:00:00Z' },
  ReservationCommitted: { reservationId: 'h-1' },
  ReservationReleased: { reservationId: 'h-1' },
  RedemptionCancelled: { redemptionId: 'd-1' },
  PointsAdjusted: { adjustmentId: 'a-1', points: -5, reason: 'sorry', by: 'op-1' },
  TierGranted: { tier: 'gold', mode: 'floor', until: '2026-01-01T00:00:00+08:00', reason: 'press', by: 'op-1' },
  TierGrantRevoked: { reason: 'over', by: 'op-1' },
  TaskClaimed: { taskId: 'o-1/day-30', by: 'op-1' },
  TaskContacted: { taskId: 'o-1/day-30', by: 'op-1', channel: 'phone', offer: 'ten' },
  TaskSnoozed: { taskId: 'o-1/day-30', until: '2025-01-03T00:00:00Z', by: 'op-1' },
  TaskDismissed: { taskId: 'o-1/day-30', reason: 'moved', by: 'op-1' },
  TaskCompleted: { taskId: 'o-1/day-30', outcome: 'happy', by: 'op-1' },
  PersonalDataErased: { reason: 'asked', by: 'op-1' },
};

/** The fields of `FULL` that may not be left out. */
const REQUIRED: Record<CustomerFactType, string[]> = {
  CustomerRegistered: [],
  ProfileUpdated: ['profile'],
  ConsentChanged: ['channel', 'granted'],
  IdentityLinked: ['aliasId'],
  VisitRecorded: [],
  CartUpdated: ['cartId', 'lines'],
  OrderPlaced: ['orderId', 'payment', 'lines'],
  OrderPaid: ['orderId'],
  OrderFulfilled: ['orderId'],
  OrderCancelled: ['orderId'],
  OrderRefunded: ['refundId', 'orderId'],
  ReviewSubmitted: ['reviewId', 'rating'],
  EngagementRecorded: ['kind'],
  ChurnRiskAssessed: ['model', 'probabilityAlive'],
  PointsRedeemed: ['redemptionId', 'points'],
  PointsReserved: ['reservationId', 'points'],
  ReservationCommitted: ['reservationId'],
  ReservationReleased: ['reservationId'],
  RedemptionCancelled: ['redemptionId'],
  PointsAdjusted: ['adjustmentId', 'points', 'reason', 'by'],
  TierGranted: ['tier', 'mode', 'reason', 'by'],
  TierGrantRevoked: ['reason', 'by'],
  TaskClaimed: ['taskId', 'by'],
  TaskContacted: ['taskId', 'by'],
  TaskSnoozed: ['taskId', 'until', 'by'],
  TaskDismissed: ['taskId', 'reason', 'by'],
  TaskCompleted: ['taskId', 'outcome', 'by'],
  PersonalDataErased: ['reason', 'by'],
};

function fact(type: string, data: unknown, envelope: object = {}): Record<string, unknown> {
  return {
    id: 'm-1',
    type,
    customerId: 'c-1',
    occurredAt: '2025-01-01T08:00:00.000Z',
    source: 'shop',
    data,
    ...envelope,
  };
}

function without(object: Record<string, unknown>, field: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field));
}

/** Paths of what is wrong; empty when the fact is taken. */
function refused(input: unknown): string[] {
  const parsed = parseFact(input, { now: NOW });
  return parsed.ok ? [] : parsed.errors.map((error) => error.path);
}

describe.each([...CUSTOMER_FACT_TYPES])('A fact %s', (type) => {
  it('is taken with every field that it may have, and written back as it came', () => {
    const sent = fact(type, FULL[type]);
    const parsed = parseFact(sent, { now: NOW });
    expect(parsed).toEqual({ ok: true, fact: { ...sent, occurredAt: Date.parse('2025-01-01T08:00:00Z') } });
    if (parsed.ok) expect(JSON.stringify(factToJson(parsed.fact))).toBe(JSON.stringify(sent));
  });

  it('is taken without what may be left out, and refused without what may not', () => {
    for (const field of Object.keys(FULL[type])) {
      expect(refused(fact(type, without(FULL[type], field)))).toEqual(
        REQUIRED[type].includes(field) ? [`data.${field}`] : [],
      );
    }
  });

  it('is refused when a field is of another type', () => {
    for (const field of Object.keys(FULL[type])) {
      for (const wrong of [null, [1], Infinity, NaN, () => 0, typeof FULL[type][field] === 'string' ? 7 : 'x']) {
        const paths = refused(fact(type, { ...FULL[type], [field]: wrong }));
        expect([field, wrong, paths.some((path) => path.startsWith(`data.${field}`))]).toEqual([field, wrong, true]);
      }
    }
  });
});

describe('The envelope of a fact', () => {
  it('may leave out the source and carry more than the engine knows', () => {
    const sent = fact('OrderPaid', { orderId: 'o-1', gate: { way: ['x'] } }, { recordedAt: 'x' });
    const parsed = parseFact(without(sent, 'source'), { now: NOW });
    expect(parsed.ok && factToJson(parsed.fact)).toEqual(
      fact('OrderPaid', { orderId: 'o-1', gate: { way: ['x'] } }, { source: '' }),
    );
  });

  it('names everything that is wrong at once', () => {
    expect(refused({})).toEqual(['id', 'type', 'customerId', 'occurredAt', 'data']);
    expect(refused(fact('OrderPaid', { orderId: '' }, { id: 'a b', source: 7 }))).toEqual([
      'id',
      'source',
      'data.orderId',
    ]);
  });

  it.each([[null], ['fact'], [7], [[]], [undefined]])('is an object, not %j', (input) => {
    expect(refused(input)).toEqual(['']);
  });

  it.each(['ProgramPublished', 'ClockTicked', 'orderPaid', '', 'toString', '__proto__', 7])(
    'has no type %j',
    (type) => {
      expect(refused(fact(type as string, { orderId: 'o-1' }))).toEqual(['type']);
    },
  );

  it('may be dated up to 5 minutes ahead', () => {
    const at = (ms: number) =>
      refused(fact('OrderPaid', { orderId: 'o-1' }, { occurredAt: new Date(ms).toISOString() }));
    expect(at(NOW + CLOCK_TOLERANCE_MS)).toEqual([]);
    expect(at(NOW + CLOCK_TOLERANCE_MS + 1)).toEqual(['occurredAt']);
  });

  it.each(['x', 'x'.repeat(128), '订单-1', '😀'.repeat(128), 'a/b?c#"\\', '__proto__'])('takes the id %j', (id) => {
    expect(refused(fact('OrderPaid', { orderId: id }, { id, customerId: id }))).toEqual([]);
  });

  it.each([
    '',
    'x'.repeat(129),
    '😀'.repeat(129),
    'a b',
    'a\u00a0b',
    'a\u3000b',
    'a\n',
    '\u0000',
    'a\u007f',
    'é\u0085',
    'a\u200b',
    '\ud800',
    'x\udc00',
    '\u2028',
    7,
    {},
  ])('refuses the id %j', (id) => {
    expect(refused(fact('OrderPaid', { orderId: id }, { id, customerId: id }))).toEqual([
      'id',
      'customerId',
      'data.orderId',
    ]);
  });
});

describe('An order', () => {
  const order = (data: object) => refused(fact('OrderPlaced', { orderId: 'o-1', payment: 'paid', ...data }));

  it('has lines or an amount, not both and not neither', () => {
    expect(order({ amount: 0 })).toEqual([]);
    expect(order({})).toEqual(['data.lines']);
    expect(order({ lines: [line], amount: 1 })).toEqual(['data.amount']);
    expect(order({ lines: [] })).toEqual(['data.lines']);
  });

  it('names the line and the field that are wrong', () => {
    const lines = [
      line,
      { ...line, quantity: 0 },
      { ...line, unitPrice: -1, discount: 0.5 },
      'tea',
      { ...line, sku: '' },
    ];
    expect(order({ lines })).toEqual([
      'data.lines[1].quantity',
      'data.lines[2].unitPrice',
      'data.lines[2].discount',
      'data.lines[3]',
      'data.lines[4].sku',
    ]);
  });

  it('is refused when it is worth more than can be counted exactly', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(order({ lines: [{ sku: 's', quantity: 1, unitPrice: most }] })).toEqual([]);
    expect(order({ lines: [{ sku: 's', quantity: 2, unitPrice: most }] })).toEqual(['data.lines']);
    expect(
      order({
        lines: [
          { sku: 's', quantity: 1, unitPrice: most },
          { ...line, unitPrice: 1 },
        ],
      }),
    ).toEqual(['data.lines']);
    expect(order({ amount: most, shipping: 1 })).toEqual(['data.amount']);
    expect(order({ amount: most + 1 })).toEqual(['data.amount']);
    expect(order({ amount: 1, tax: 1e300 })).toEqual(['data.tax']);
  });

  it.each(['cny', 'CNYX', 'CN', '¥', ''])('has no currency %j', (currency) => {
    expect(order({ amount: 1, currency })).toEqual(['data.currency']);
  });

  it('answers a flood of bad lines with a bounded number of errors', () => {
    expect(order({ lines: new Array(100_000).fill(null) })).toHaveLength(50);
  });
});

describe('A refund', () => {
  const refund = (data: object) => refused(fact('OrderRefunded', { refundId: 'r-1', orderId: 'o-1', ...data }));

  it('has lines, or an amount, or neither (ruling 11)', () => {
    expect(refund({})).toEqual([]);
    expect(refund({ amount: 0 })).toEqual([]);
    expect(refund({ lines: [] })).toEqual(['data.lines']);
    expect(refund({ lines: [{ sku: 's', quantity: 1 }], amount: 1 })).toEqual(['data.amount']);
    expect(refund({ lines: [{ sku: 's' }, { sku: 's', quantity: 1.5 }] })).toEqual([
      'data.lines[0].quantity',
      'data.lines[1].quantity',
    ]);
  });
});

describe('Other data', () => {
  it('takes an emptied cart', () => {
    expect(refused(fact('CartUpdated', { cartId: 'k-1', lines: [] }))).toEqual([]);
  });

  it('takes redemptions, reservations and adjustments of 0, and only adjustments below', () => {
    for (const [points, wrong] of [
      [0, false],
      [-1, true],
      [1.5, true],
      [2 ** 53, true],
    ] as const) {
      expect(refused(fact('PointsRedeemed', { redemptionId: 'd', points }))).toEqual(wrong ? ['data.points'] : []);
      expect(refused(fact('PointsReserved', { reservationId: 'h', points }))).toEqual(wrong ? ['data.points'] : []);
    }
    for (const [points, wrong] of [
      [0, false],
      [-7, false],
      [0.5, true],
      [-(2 ** 53), true],
    ] as const) {
      expect(refused(fact('PointsAdjusted', { adjustmentId: 'a', points, reason: 'r', by: 'x' }))).toEqual(
        wrong ? ['data.points'] : [],
      );
    }
  });

  it.each([['1990-05-17'], ['--05-17'], ['1969-02-29'], ['--02-29'], [null]])('takes the birthday %j', (birthday) => {
    expect(refused(fact('ProfileUpdated', { profile: { birthday } }))).toEqual([]);
  });

  it.each([
    '1990-02-30',
    '--13-01',
    '--00-10',
    '05-17',
    '1990-5-17',
    '1990-05-17T00:00:00Z',
    '1990/05/17',
    '',
    19900517,
  ])('refuses the birthday %j', (birthday) => {
    expect(refused(fact('ProfileUpdated', { profile: { birthday } }))).toEqual(['data.profile.birthday']);
    expect(refused(fact('CustomerRegistered', { profile: { birthday } }))).toEqual(['data.profile.birthday']);
  });

  it('knows five channels of consent, and keeps others as they are', () => {
    expect(refused(fact('ConsentChanged', { channel: 'fax', granted: true }))).toEqual(['data.channel']);
    expect(refused(fact('CustomerRegistered', { consents: { email: 'yes', fax: 1 } }))).toEqual([
      'data.consents.email',
    ]);
  });

  it('refuses a link to oneself', () => {
    expect(refused(fact('IdentityLinked', { aliasId: 'c-1' }))).toEqual(['data.aliasId']);
  });

  it.each([0, 6, 4.5, '5'])('refuses a rating of %j', (rating) => {
    expect(refused(fact('ReviewSubmitted', { reviewId: 'w', rating }))).toEqual(['data.rating']);
  });

  it.each([-0.1, 1.1, '0.5'])('refuses a probability of %j', (probabilityAlive) => {
    expect(refused(fact('ChurnRiskAssessed', { model: 'm', probabilityAlive }))).toEqual(['data.probabilityAlive']);
  });

  it('refuses data that is nested without end, wherever it is', () => {
    const deep: unknown = JSON.parse('{"x":['.repeat(200_000) + ']}'.repeat(200_000));
    expect(refused(fact('OrderPaid', { orderId: 'o-1', extra: deep }))).toEqual(['data']);
    expect(refused(fact('ProfileUpdated', { profile: { address: deep } }))).toEqual(['data']);
    expect(refused(deep)).toContain('id');
  });
});

describe('Whatever JSON comes in', () => {
  it('gets an answer, never an exception', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ stringUnit: 'binary' }),
        (input) => typeof parseFact(input, { now: NOW }).ok === 'boolean',
      ),
    );
  });

  it('gets an answer inside the data too, and reasons when it is refused', () => {
    const type = fc.constantFrom(...CUSTOMER_FACT_TYPES);
    const extra = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor')), fc.jsonValue());
    fc.assert(
      fc.property(type, fc.nat(), fc.jsonValue({ stringUnit: 'binary' }), extra, (type, at, value, more) => {
        const names = Object.keys(FULL[type]);
        const data = {
          ...(JSON.parse(JSON.stringify(more)) as object),
          ...FULL[type],
          [names[at % names.length]]: value,
        };
        const parsed = parseFact(fact(type, data), { now: NOW });
        return parsed.ok ? parsed.fact.data === (data as unknown) : parsed.errors.length > 0;
      }),
    );
  });
});
