import type { Fact } from '../facts/fact.js';
import { decodeState, encodeState } from '../fold/codec.js';
import { foldFacts, foldOn } from '../fold/fold.js';
import type { MemberState, Task } from '../fold/state.js';
import { DEFAULT_PROGRAM } from '../program/default-program.js';
import { ProgramHistory } from '../program/history.js';
import * as decide from './index.js';
import type { Decision } from './index.js';

/** Consent is asked for, nobody is held out, days are those of UTC. */
const program = structuredClone(DEFAULT_PROGRAM);
program.timeZone = 'UTC';
program.reactivation.consent = 'required';
program.reactivation.holdout.percent = 0;
program.reactivation.steps[0].channels = ['email', 'sms'];
const programs = new ProgramHistory([{ version: 1, effectiveFrom: null, program }]);

const DAY = 86_400_000;
const BOUGHT = Date.parse('2025-01-01T12:00:00Z');
const DUE = Date.parse('2025-01-31T00:00:00Z');
const NOW = DUE + DAY;
const TASK = 'o-1/day-30';

function fact(type: string, at: number, data: object, id = `f-${at}`): Fact {
  return { id, type, customerId: 'c-1', occurredAt: at, data } as Fact;
}

const consent = (channel: string, granted = true, at = BOUGHT) =>
  fact('ConsentChanged', at, { channel, granted }, `consent-${channel}-${at}`);
const bought = fact('OrderPlaced', BOUGHT, { orderId: 'o-1', payment: 'paid', amount: 5_000 });

/** A member whose first step fell due a day ago; they may be sent mails. */
function given(...facts: Fact[]): MemberState {
  return foldFacts('c-1', [bought, consent('email'), ...facts], NOW, programs)!;
}

const context = { now: NOW, programs };
const command = (by: string, more: object = {}, taskId = TASK) => ({
  factId: 'f-new',
  customerId: 'c-1',
  source: 'api',
  taskId,
  by,
  ...more,
});
const claim = (m: MemberState, by = 'ann', more = {}) => decide.decideClaim(m, command(by, more), context);
const contact = (m: MemberState, by = 'ann', more: object = { channel: 'email' }, taskId = TASK) =>
  decide.decideContact(m, command(by, more, taskId), context);
const snooze = (m: MemberState, until: string, by = 'ann') =>
  decide.decideSnooze(m, { ...command(by), until }, context);

function after(m: MemberState, decision: Decision): MemberState {
  if (!decision.ok) throw new Error(decision.refusal.message);
  return decision.facts.reduce((state, f) => foldOn(state, 'c-1', f, programs), decodeState(encodeState(m)));
}
const task = (m: MemberState, id = TASK): Task => m.tasks.get(id)!;
const refused = (decision: Decision) => (decision.ok ? null : decision.refusal.code);

describe('work on a task', () => {
  it('is claimed, contacted and completed', () => {
    const claimedBy = after(given(), claim(given()));
    expect(task(claimedBy)).toMatchObject({ state: 'claimed', assignee: 'ann' });
    const reached = after(claimedBy, contact(claimedBy, 'ann', { channel: 'email', offer: 'tea' }));
    expect(task(reached)).toMatchObject({ state: 'contacted', assignee: 'ann', contactedAt: NOW });
    const done = after(reached, decide.decideCompletion(reached, { ...command('ann'), outcome: 'ordered' }, context));
    expect(task(done)).toMatchObject({ state: 'completed', reason: 'ordered' });
  });

  it('leaves the fact that was asked for', () => {
    const decision = contact(given(), 'ann', { channel: 'email', offer: 'tea' });
    expect(decision).toEqual({
      ok: true,
      facts: [
        {
          id: 'f-new',
          type: 'TaskContacted',
          customerId: 'c-1',
          occurredAt: NOW,
          source: 'api',
          data: { taskId: TASK, by: 'ann', channel: 'email', offer: 'tea' },
        },
      ],
    });
  });

  it('is dismissed with a reason, and refused without one', () => {
    const dismiss = (reason: string) => decide.decideDismissal(given(), { ...command('ann'), reason }, context);
    expect(task(after(given(), dismiss('moved away')))).toMatchObject({ state: 'dismissed', reason: 'moved away' });
    expect(refused(dismiss(''))).toBe('invalid-command');
  });

  it('is refused for a customer or a task that there is not', () => {
    expect(refused(decide.decideClaim(null, command('ann'), context))).toBe('unknown-member');
    expect(refused(decide.decideClaim(given(), command('ann', {}, 'o-9/day-30'), context))).toBe('unknown-task');
  });

  it('is refused when the task is over, also when it ran out between the last fact and now', () => {
    const expired = { now: DUE + 14 * DAY, programs };
    expect(refused(decide.decideClaim(given(), command('ann'), expired))).toBe('task-ended');
    expect(refused(decide.decideClaim(given(), command('ann'), { ...expired, now: expired.now - 1 }))).toBeNull();
    const heldOut = foldFacts('c-1', [bought], NOW, programs)!;
    expect(claim(heldOut)).toMatchObject({
      refusal: { code: 'task-ended', message: expect.stringMatching(/no-consent/) as string },
    });
    const completed = given(fact('TaskCompleted', NOW, { taskId: TASK, outcome: 'x', by: 'ann' }));
    for (const decision of [claim(completed), contact(completed), snooze(completed, '2025-02-03T00:00:00Z')]) {
      expect(refused(decision)).toBe('task-ended');
    }
  });

  it('is refused once the personal data was erased', () => {
    const erased = given(fact('PersonalDataErased', NOW, { reason: 'asked', by: 'ann' }));
    expect(refused(claim(erased))).toBe('customer-erased');
  });

  describe('that somebody else has claimed', () => {
    const anns = after(given(), claim(given()));

    it('is refused, whatever it is', () => {
      const end = { ...command('bob'), reason: 'r', outcome: 'o' };
      const decisions = [
        claim(anns, 'bob'),
        contact(anns, 'bob'),
        snooze(anns, '2025-02-03T00:00:00Z', 'bob'),
        decide.decideDismissal(anns, end, context),
        decide.decideCompletion(anns, end, context),
      ];
      expect(decisions.map(refused)).toEqual(Array(5).fill('task-claimed'));
    });

    it('is taken over on demand', () => {
      expect(task(after(anns, claim(anns, 'bob', { takeOver: true })))).toMatchObject({ assignee: 'bob' });
      const reached = after(anns, contact(anns, 'bob', { channel: 'email', takeOver: true }));
      expect(task(reached)).toMatchObject({ state: 'contacted', assignee: 'ann' });
    });

    it('stays theirs when they claim it again, without a second fact', () => {
      expect(claim(anns)).toMatchObject({ ok: true, facts: [], repeats: { type: 'TaskClaimed' } });
    });
  });

  describe('by a contact', () => {
    it('is refused on a channel without consent', () => {
      expect(refused(contact(given(), 'ann', { channel: 'sms' }))).toBe('no-consent');
      expect(refused(contact(given(), 'ann', { channel: 'pigeon' }))).toBe('no-consent');
      expect(refused(contact(given(), 'ann', { channel: 'email' }))).toBeNull();
    });

    it('is refused without a channel when every consent was taken back', () => {
      expect(refused(contact(given(), 'ann', {}))).toBeNull();
      expect(refused(contact(given(consent('email', false, NOW)), 'ann', {}))).toBe('no-consent');
    });

    it('answers a bad review without consent', () => {
      const m = given(fact('ReviewSubmitted', NOW, { reviewId: 'rv-1', rating: 1 }));
      expect(refused(contact(m, 'ann', { channel: 'sms' }, 'rv-1/service-recovery'))).toBeNull();
    });
  });

  describe('put off', () => {
    it('wakes at the instant given', () => {
      const m = after(given(), snooze(given(), '2025-02-03T00:00:00Z'));
      expect(task(m)).toMatchObject({ state: 'snoozed', snoozedUntil: Date.parse('2025-02-03T00:00:00Z') });
    });

    it('is refused into the past', () => {
      expect(refused(snooze(given(), '2025-02-01T00:00:00Z'))).toBe('instant-passed');
      expect(refused(snooze(given(), 'soon'))).toBe('invalid-command');
    });

    it('beyond its end is done, and said', () => {
      const end = new Date(DUE + 14 * DAY).toISOString();
      expect(snooze(given(), end)).toMatchObject({ ok: true, warnings: [{ code: 'ends-before-waking' }] });
      expect(snooze(given(), new Date(DUE + 14 * DAY - 1).toISOString())).not.toHaveProperty('warnings');
    });
  });
});
