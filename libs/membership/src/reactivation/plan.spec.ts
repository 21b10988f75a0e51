import type { Fact } from '../facts/fact.js';
import { foldFacts } from '../fold/fold.js';
import { DEFAULT_PROGRAM } from '../program/default-program.js';
import { ProgramHistory } from '../program/history.js';
import type { Program } from '../program/program.js';

const ZONE = 'UTC';
const START = Date.parse('2025-01-01T00:00:00Z');
const DAY = 86_400_000;
const at = (day: number) => START + day * DAY;

/** One step, N days after the last purchase; everybody may be written to, nobody is held out. */
function planOf(afterDays: number): Program {
  const program = structuredClone(DEFAULT_PROGRAM);
  const [step] = program.reactivation.steps;
  program.timeZone = ZONE;
  program.reactivation.consent = 'assumed';
  program.reactivation.holdout.percent = 0;
  program.reactivation.steps = [{ ...step, id: `day-${afterDays}`, afterDays }];
  return program;
}

/** Steps after 30 days, and from day 10 on after 7 days. */
const programs = new ProgramHistory([
  { version: 1, effectiveFrom: null, program: planOf(30) },
  { version: 2, effectiveFrom: at(10), program: planOf(7) },
]);

function fact(id: string, type: string, day: number, data: object): Fact {
  return { id, type, customerId: 'c-1', occurredAt: at(day), data } as Fact;
}

const order = (orderId: string, day: number) =>
  fact(`placed-${orderId}`, 'OrderPlaced', day, { orderId, payment: 'paid', amount: 100 });
const refund = (orderId: string, day: number) =>
  fact(`refund-${orderId}`, 'OrderRefunded', day, { refundId: `rf-${orderId}`, orderId });
const tasksOf = (...facts: Fact[]) => [...foldFacts('c-1', facts, at(11), programs)!.tasks.keys()];

describe('steps that a new plan would have due at the very instant it takes effect (ruling 10)', () => {
  it('never open: that instant ran under the plan before', () => {
    expect(tasksOf(order('o-1', 3))).toEqual([]);
  });

  it('nor when another order is refunded just then', () => {
    expect(tasksOf(order('o-0', 2), order('o-1', 3), refund('o-0', 10))).toEqual([]);
  });

  it('but open when their order becomes the last purchase just then', () => {
    expect(tasksOf(order('o-1', 3), order('o-2', 4), refund('o-2', 10))).toEqual(['o-1/day-7']);
  });
});
