import { DEFAULT_PROGRAM } from '../program/default-program.js';
import type { CustomerFactType, Fact, FactDataByType } from '../facts/fact.js';
import { ProgramHistory } from '../program/history.js';
import type { Program } from '../program/program.js';
import { explain, explainPoints, explainStage, explainTask, explainTier } from './index.js';

const DAY = 86_400_000;
/** Midnight in the program's zone. */
const START = Date.parse('2025-01-01T00:00:00+08:00');
const at = (day: number) => START + day * DAY;
const iso = (day: number) => new Date(at(day)).toISOString();

function fact<T extends CustomerFactType>(id: string, type: T, day: number, data: FactDataByType[T]): Fact {
  return { id, type, customerId: 'c-1', occurredAt: at(day), source: 'test', data } as Fact;
}

const order = (id: string, day: number, amount: number, more: object = {}) =>
  fact(`m-${id}`, 'OrderPlaced', day, { orderId: id, payment: 'paid', amount, ...more });

function under(more: Partial<Program> = {}): ProgramHistory {
  const program = { ...DEFAULT_PROGRAM, timeZone: 'Asia/Shanghai', ...more };
  return new ProgramHistory([{ version: 1, effectiveFrom: null, program }]);
}

describe('an explanation of points', () => {
  it('shows how an order earned them: lines, tier, campaign, rule', () => {
    const programs = under({
      points: {
        ...DEFAULT_PROGRAM.points,
        lineMultipliers: [{ category: 'tea', multiplier: 200 }],
        activation: { autoFulfilDays: 0, holdDays: 0 },
      },
      campaigns: [{ id: 'new-year', from: iso(0), to: iso(10), multiplier: 150 }],
    });
    const facts = [
      fact('m-o-1', 'OrderPlaced', 1, {
        orderId: 'o-1',
        payment: 'paid',
        lines: [
          { sku: 's-1', category: 'tea', quantity: 1, unitPrice: 2_000 },
          { sku: 's-2', quantity: 3, unitPrice: 500 },
        ],
      }),
    ];
    const { lines, lots, balance } = explainPoints('c-1', facts, at(2), programs)!;
    expect(lines).toMatchObject([
      {
        at: iso(1),
        cause: { fact: 'm-o-1', type: 'OrderPlaced' },
        change: 'points-pending',
        subject: 'o-1',
        moved: { pending: 82 },
        earning: {
          lines: [
            { sku: 's-1', net: 2_000, multiplier: 200 },
            { sku: 's-2', net: 1_500, multiplier: 100 },
          ],
          tier: { id: 'bronze', multiplier: 100 },
          campaign: { id: 'new-year', multiplier: 150 },
          points: 82,
        },
        text: expect.stringContaining(
          'floor((2000 × 200 + 1500 × 100) × 100 × 150 × 1 ÷ (100 × 100³)) = 82 points',
        ) as string,
      },
      {
        at: iso(1),
        cause: { timer: 'activate-points', id: 'o-1' },
        moved: { pending: -82, available: 82 },
        balance: { available: 82, pending: 0 },
        text: 'The 82 points of order o-1 become active',
      },
    ]);
    expect(balance).toEqual({ available: 82, pending: 0, reserved: 0, debt: 0 });
    expect(lots).toMatchObject([
      { id: 'o-1', openedAt: iso(1), cause: { fact: 'm-o-1' }, available: 82, activatedAt: iso(1) },
    ]);
  });

  it('shows the tier of the order, not the one it led to', () => {
    const facts = [order('o-1', 1, 100_000), order('o-2', 2, 1_000)];
    const { lines } = explainPoints('c-1', facts, at(3), under())!;
    expect(lines.map(({ earning }) => earning?.tier)).toEqual([
      { id: 'bronze', multiplier: 100 },
      { id: 'silver', multiplier: 110 },
    ]);
  });

  it('shows what was spent, held, taken back and given back, from which lots', () => {
    const programs = under({
      points: { ...DEFAULT_PROGRAM.points, activation: { autoFulfilDays: 0, holdDays: 0 } },
    });
    const facts = [
      order('o-1', 1, 10_000),
      order('o-2', 2, 5_000),
      fact('m-3', 'PointsReserved', 3, { reservationId: 'rs-1', points: 120, expiresAt: iso(9) }),
      fact('m-4', 'ReservationCommitted', 4, { reservationId: 'rs-1' }),
      fact('m-5', 'OrderRefunded', 5, { refundId: 'rf-1', orderId: 'o-1' }),
      fact('m-6', 'PointsAdjusted', 6, { adjustmentId: 'ad-1', points: 200, reason: 'sorry', by: 'ann' }),
      fact('m-7', 'RedemptionCancelled', 7, { redemptionId: 'rs-1' }),
    ];
    const { lines } = explainPoints('c-1', facts, at(8), programs)!;
    const shown = lines.slice(4).map(({ cause, text, lots }) => ({
      fact: 'fact' in cause && cause.fact,
      text,
      lots: lots.map(({ lot, available, reserved }) => [lot, available, reserved]),
    }));
    expect(shown).toEqual([
      {
        fact: 'm-3',
        text: `Reservation rs-1 holds 120 points until ${iso(9)}`,
        lots: [
          ['o-1', -100, 100],
          ['o-2', -20, 20],
        ],
      },
      {
        fact: 'm-4',
        text: 'Reservation rs-1 was committed: 120 points redeemed',
        lots: [
          ['o-1', 0, -100],
          ['o-2', 0, -20],
        ],
      },
      {
        fact: 'm-5',
        text:
          'Less remains of order o-1, it earns floor((0 × 100) × 100 × 100 × 1 ÷ (100 × 100³)) = 0: ' +
          '100 points are taken back (30 available, 70 as debt)',
        lots: [['o-2', -30, 0]],
      },
      {
        fact: 'm-6',
        text: 'Adjusted by ann (sorry): +200 points, 70 of them pay debt',
        lots: [['adjustment/ad-1', 130, 0]],
      },
      {
        fact: 'm-7',
        text: 'Redemption rs-1 was cancelled: 120 points come back',
        lots: [
          ['o-1', 100, 0],
          ['o-2', 20, 0],
        ],
      },
    ]);
  });

  it('is as of an instant, and there is none before the first fact', () => {
    const facts = [order('o-1', 1, 10_000), order('o-2', 5, 10_000)];
    expect(explainPoints('c-1', facts, at(2), under())!.lines).toHaveLength(1);
    expect(explain({ what: 'points' }, 'c-1', facts, at(0), under())).toBeNull();
  });
});

describe('an explanation of a tier', () => {
  it('shows the growth inside the window, what it is measured by, and the judgement', () => {
    const facts = [
      order('o-1', 0, 50_000),
      order('o-2', 100, 60_000),
      fact('m-3', 'OrderRefunded', 110, { refundId: 'rf-1', orderId: 'o-2', amount: 1_000 }),
      fact('m-4', 'EngagementRecorded', 120, { kind: 'referral' }),
    ];
    const early = explainTier('c-1', facts, at(130), under())!;
    expect(early.growth.entries).toEqual([
      {
        at: iso(0),
        cause: { fact: 'm-o-1', type: 'OrderPlaced' },
        changedBy: [],
        value: 520,
        growth: 520,
        text: 'Order o-1: floor(50000 × 1 ÷ 100) + 20 for the purchase = 520',
      },
      {
        at: iso(100),
        cause: { fact: 'm-o-2', type: 'OrderPlaced' },
        changedBy: [{ fact: 'm-3', type: 'OrderRefunded' }],
        value: 610,
        growth: 1_130,
        text: 'Order o-2: floor(59000 × 1 ÷ 100) + 20 for the purchase = 610',
      },
      {
        at: iso(120),
        cause: { fact: 'm-4', type: 'EngagementRecorded' },
        changedBy: [],
        value: 50,
        growth: 1_180,
        text: 'Engagement referral: 50',
      },
    ]);
    expect(early.thresholds.slice(0, 3)).toEqual([
      { tier: 'bronze', threshold: 0, met: true },
      { tier: 'silver', threshold: 1_000, met: true },
      { tier: 'gold', threshold: 5_000, met: false },
    ]);
    expect(early.lines.map(({ text }) => text)).toEqual([
      'Becomes a member, in the base tier bronze',
      'Growth 1140 meets the 1000 of silver: up from bronze',
    ]);
    expect(early.lastJudgement).toMatchObject({ at: iso(100), cause: { fact: 'm-o-2' } });
    expect(early.period).toMatchObject({ until: iso(465), validityDays: 365 });

    const late = explainTier('c-1', facts, at(500), under())!;
    expect(late.growth.entries).toEqual([]);
    expect(late.lines.slice(2).map(({ text, cause }) => [text, cause])).toEqual([
      [
        'The period ends in 30 days; if nothing more happens, the tier is bronze then',
        { timer: 'tier-period-ends', id: 'notice' },
      ],
      [
        'The period ends; growth does not meet the 1000 of silver: down to bronze',
        { timer: 'tier-period-ends', id: '' },
      ],
    ]);
    expect(late.period).toBeNull();
  });

  it('shows a grant beside the earned tier', () => {
    const grant = { tier: 'gold', mode: 'floor' as const, until: iso(40), reason: 'press', by: 'ann' };
    const facts = [order('o-1', 0, 100), fact('m-2', 'TierGranted', 5, grant)];
    const explained = explainTier('c-1', facts, at(10), under())!;
    expect(explained).toMatchObject({ tier: { effective: 'gold', earned: 'bronze' }, grant });
    expect(explained.lines.map(({ text }) => text).slice(1)).toEqual([
      'A grant makes the tier gold; earned is bronze',
      'Granted at least gold by ann (press)',
    ]);
    expect(explainTier('c-1', facts, at(50), under())!.grant).toBeNull();
  });

  it('shows that somebody is no member', () => {
    const explained = explainTier('c-1', [order('o-1', 0, 100)], at(1), under({ enrolment: 'explicit' }));
    expect(explained).toMatchObject({ tier: null, growth: { value: 0, entries: [] }, lines: [], lastJudgement: null });
  });
});

describe('an explanation of a stage', () => {
  it('shows purchases, gap and rule', () => {
    const facts = [order('o-1', 0, 100), order('o-2', 120, 200), fact('m-3', 'VisitRecorded', 121, {})];
    const explained = explainStage('c-1', facts, at(130), under())!;
    expect(explained).toMatchObject({
      stage: 'reactivated',
      text: 'A gap of more than 90 days ended 10 days ago, at most 30',
      today: '2025-05-11',
      daysSinceLast: 10,
      gap: { from: '2025-01-01', to: '2025-05-01', days: 120 },
      purchases: [
        { orderId: 'o-1', cause: { fact: 'm-o-1' }, day: '2025-01-01', gapDays: null },
        { orderId: 'o-2', cause: { fact: 'm-o-2' }, day: '2025-05-01', gapDays: 120 },
      ],
      next: iso(151),
    });
    expect(explained.lines.map(({ text }) => text)).toEqual([
      'First seen: prospect',
      'From prospect to new',
      'From new to cooling',
      'From cooling to at-risk',
      'From at-risk to dormant',
      'From dormant to reactivated',
    ]);
  });

  it('shows that there is no purchase', () => {
    expect(explainStage('c-1', [fact('m-1', 'VisitRecorded', 0, {})], at(1), under())).toMatchObject({
      stage: 'prospect',
      text: 'There is no purchase',
      daysSinceLast: null,
      purchases: [],
      next: null,
    });
  });
});

describe('an explanation of a task', () => {
  const reactivation = (more: object) => ({
    reactivation: { ...DEFAULT_PROGRAM.reactivation, holdout: { percent: 0, salt: 's' }, ...more },
  });
  const consent = fact('m-consent', 'ConsentChanged', 3, { channel: 'email', granted: true });

  it('shows why a step was opened, what was done with it, and how urgent it is', () => {
    const facts = [
      order('o-1', 0, 100),
      consent,
      fact('m-5', 'TaskClaimed', 31, { taskId: 'o-1/day-30', by: 'ann' }),
      fact('m-6', 'TaskContacted', 32, { taskId: 'o-1/day-30', by: 'ann', channel: 'email' }),
    ];
    const explained = explainTask('c-1', 'o-1/day-30', facts, at(33), under(reactivation({})))!;
    expect(explained).toMatchObject({
      task: { id: 'o-1/day-30', state: 'contacted', assignee: 'ann', contactedAt: iso(32) },
      about: { id: 'o-1', cause: { fact: 'm-o-1' } },
      decision: { programVersion: 1, step: { id: 'day-30' }, erased: false, holdout: { heldOut: false } },
      priority: { priority: expect.any(Number) as number },
    });
    expect(explained.decision!.consents).toContainEqual({
      channel: 'email',
      consented: true,
      cause: { fact: 'm-consent', type: 'ConsentChanged' },
    });
    expect(explained.lines.map(({ text, cause }) => [text, cause])).toEqual([
      ['Opened as open', { timer: 'reactivation-step-due', id: 'o-1/day-30' }],
      ['From open to claimed by ann', { fact: 'm-5', type: 'TaskClaimed' }],
      ['From claimed to contacted by ann', { fact: 'm-6', type: 'TaskContacted' }],
    ]);
  });

  it('shows which condition of the audience was not met', () => {
    const step = { ...DEFAULT_PROGRAM.reactivation.steps[0], audience: { tiers: ['gold'], minOrders: 1 } };
    const programs = under(reactivation({ steps: [step] }));
    const { decision, priority } = explainTask(
      'c-1',
      `o-1/${step.id}`,
      [order('o-1', 0, 100), consent],
      at(40),
      programs,
    )!;
    expect(decision).toMatchObject({
      audience: [
        { rule: 'tiers', wanted: 'gold', actual: 'bronze', met: false },
        { rule: 'minOrders', wanted: 'at least 1', actual: '1', met: true },
      ],
      text: 'Suppressed: the customer is not in the audience of the step',
    });
    expect(priority).toBeNull();
  });

  it('shows the place in the control group', () => {
    const programs = under(reactivation({ holdout: { percent: 100, salt: 's' } }));
    const { decision, lines } = explainTask('c-1', 'o-1/day-30', [order('o-1', 0, 100), consent], at(31), programs)!;
    expect(decision!.holdout).toMatchObject({ percent: 100, places: 10_000, heldOut: true });
    expect(lines).toMatchObject([{ text: 'Opened as held-out (holdout)' }]);
  });

  it('shows the review behind a service recovery', () => {
    const facts = [fact('m-1', 'ReviewSubmitted', 0, { reviewId: 'rv-1', rating: 1 })];
    expect(explainTask('c-1', 'rv-1/service-recovery', facts, at(1), under())).toMatchObject({
      about: { id: 'rv-1', cause: { fact: 'm-1' }, text: 'Review rv-1 gives 1 of 5' },
      decision: null,
      lines: [{ text: 'Opened as open', cause: { fact: 'm-1' } }],
    });
  });

  it('is none for a task that is not there', () => {
    expect(explain({ what: 'task', task: 'o-9/day-30' }, 'c-1', [order('o-1', 0, 100)], at(1), under())).toBeNull();
  });
});
