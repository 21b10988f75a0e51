import fc from 'fast-check';
import type { Fact } from '../facts/fact.js';
import { foldFacts } from '../fold/fold.js';
import type { MemberState, Task } from '../fold/state.js';
import { DEFAULT_PROGRAM } from '../program/default-program.js';
import { ProgramHistory } from '../program/history.js';
import { type Program, STAGES } from '../program/program.js';
import { taskPriority } from './priority.js';

const START = Date.parse('2025-01-01T00:00:00Z');
const DAY = 86_400_000;
const TIERS = DEFAULT_PROGRAM.tiers.map(({ id }) => id);

const historyOf = (program: Program) => new ProgramHistory([{ version: 1, effectiveFrom: null, program }]);
/** Everybody may be written to, nobody is held out. */
const open = structuredClone(DEFAULT_PROGRAM);
open.reactivation.consent = 'assumed';
open.reactivation.holdout.percent = 0;
const programs = historyOf(open);

function fact(id: string, type: string, day: number, data: object): Fact {
  return { id, type, customerId: 'c-1', occurredAt: START + day * DAY, data } as Fact;
}

/** A member with one purchase, 31 days later: the first step is open. */
function member(amount: number, ...facts: Fact[]): MemberState {
  const placed = fact('f-1', 'OrderPlaced', 0, { orderId: 'o-1', payment: 'paid', amount });
  return foldFacts('c-1', [placed, ...facts], START + 31 * DAY, programs)!;
}

const badReview = fact('f-2', 'ReviewSubmitted', 30, { reviewId: 'rv-1', rating: 1 });
const taskOf = (m: MemberState, id = 'o-1/day-30'): Task => m.tasks.get(id)!;
const codes = (m: MemberState, id?: string) =>
  taskPriority(m, taskOf(m, id), programs).reasons.map(({ code, points }) => [code, points]);

describe('the priority of a task', () => {
  it('adds up what makes it urgent, and says so', () => {
    const assessed = fact('f-3', 'ChurnRiskAssessed', 30, { model: 'mbg-nbd', probabilityAlive: 0.25 });
    const m = member(123_400, assessed);
    expect(taskPriority(m, taskOf(m), programs)).toEqual({
      priority: 13 + 15 + 23,
      reasons: [
        { code: 'tier', text: 'In tier silver', points: 13 },
        { code: 'value', text: '1 purchase worth 1234.00 CNY', points: 15 },
        { code: 'churn-risk', text: 'Still a customer with a probability of 25 % (mbg-nbd)', points: 23 },
      ],
    });
  });

  it('goes by the stage where no model has assessed the risk', () => {
    expect(codes(member(100))).toEqual([['churn-risk', 9]]);
  });

  it('is higher after a bad review, whose task is due within hours', () => {
    const m = member(100, badReview);
    expect(codes(m, 'rv-1/service-recovery')).toEqual([
      ['bad-review', 40],
      ['churn-risk', 5],
    ]);
  });

  it('is nothing when the task is over', () => {
    const m = member(1_000_000, fact('f-4', 'TaskDismissed', 30.9, { taskId: 'o-1/day-30', reason: 'r', by: 'b' }));
    expect(taskPriority(m, taskOf(m), programs)).toEqual({ priority: 0, reasons: [] });
  });

  it('can be told where a program has one tier, or gives no growth for money', () => {
    const plain = structuredClone(open);
    plain.tiers = plain.tiers.slice(0, 1);
    plain.growth.perAmount = { value: 0, per: 100 };
    const m = foldFacts('c-1', [{ ...badReview, occurredAt: START }], START, historyOf(plain))!;
    expect(taskPriority(m, taskOf(m, 'rv-1/service-recovery'), historyOf(plain)).priority).toBe(40);
  });

  describe('for any member', () => {
    interface Look {
      tier: number;
      value: number;
      /** In hundredths; null = never assessed. */
      alive: number | null;
      stage: number;
    }
    const look: fc.Arbitrary<Look> = fc.record({
      tier: fc.nat({ max: TIERS.length - 1 }),
      value: fc.oneof(fc.nat(5_000), fc.nat(10_000_000), fc.nat({ max: Number.MAX_SAFE_INTEGER })),
      alive: fc.option(fc.nat(100)),
      stage: fc.nat(STAGES.length - 1),
    });
    const kinds = fc.constantFrom('o-1/day-30', 'rv-1/service-recovery');
    const base = member(100, badReview);

    function priorityOf(id: string, { tier, value, alive, stage }: Look): number {
      const m = structuredClone(base);
      m.tier!.earned = TIERS[tier];
      m.orders.get('o-1')!.remaining = value;
      m.stage.current = STAGES[stage];
      m.churn = alive === null ? null : { model: 'm', probabilityAlive: alive / 100, band: null, assessedAt: START };
      const { priority, reasons } = taskPriority(m, taskOf(m, id), programs);
      expect(priority).toBe(reasons.reduce((sum, { points }) => sum + points, 0));
      for (const { points } of reasons) expect(Number.isInteger(points) && points > 0).toBe(true);
      return priority;
    }

    it('is a whole number from 0 to 100', () => {
      fc.assert(
        fc.property(kinds, look, (id, some) => {
          const priority = priorityOf(id, some);
          expect(Number.isInteger(priority) && priority >= 0 && priority <= 100).toBe(true);
        }),
      );
    });

    it('rises with tier, value and churn risk', () => {
      const lowest: Look = { tier: 0, value: 0, alive: 100, stage: 0 };
      const highest: Look = { tier: TIERS.length - 1, value: 2_000_000, alive: 0, stage: 0 };
      for (const id of ['o-1/day-30', 'rv-1/service-recovery']) {
        expect(priorityOf(id, { ...lowest, ...{ tier: 1 } })).toBeGreaterThan(priorityOf(id, lowest));
        expect(priorityOf(id, { ...lowest, ...{ value: 2_000_000 } })).toBeGreaterThan(priorityOf(id, lowest));
        expect(priorityOf(id, { ...lowest, ...{ alive: 50 } })).toBeGreaterThan(priorityOf(id, lowest));
        expect(priorityOf(id, highest)).toBe(100);
      }
      fc.assert(
        fc.property(kinds, look, look, (id, a, b) => {
          const more: Look = {
            tier: Math.max(a.tier, b.tier),
            value: Math.max(a.value, b.value),
            alive: a.alive === null ? null : Math.min(a.alive, b.alive ?? 100),
            stage: a.stage,
          };
          expect(priorityOf(id, more)).toBeGreaterThanOrEqual(priorityOf(id, a));
        }),
      );
    });
  });
});
