import type { Fact } from '../facts/fact.js';
import { foldFacts, foldOn } from '../fold/fold.js';
import { DEFAULT_PROGRAM } from '../program/default-program.js';
import { ProgramHistory } from '../program/history.js';
import { decideErasure } from './erasure.js';

const programs = new ProgramHistory([{ version: 1, effectiveFrom: null, program: DEFAULT_PROGRAM }]);
const START = Date.parse('2025-01-01T00:00:00Z');
const NOW = Date.parse('2025-03-01T00:00:00Z');
const registered: Fact = {
  id: 'f-1',
  type: 'CustomerRegistered',
  customerId: 'c-1',
  occurredAt: START,
  data: { profile: { birthday: '1990-06-15' } },
};

const member = () => foldFacts('c-1', [registered], NOW, programs)!;
const erase = (state: ReturnType<typeof member> | null, reason = 'asked') =>
  decideErasure(state, { factId: 'f-2', customerId: 'c-1', source: 'api', by: 'bob', reason }, { now: NOW, programs });

describe('erasing personal data', () => {
  it('leaves a fact that says who decided it and why', () => {
    const decision = erase(member());
    expect(decision).toMatchObject({
      ok: true,
      facts: [{ type: 'PersonalDataErased', occurredAt: NOW, data: { by: 'bob', reason: 'asked' } }],
    });
  });

  it('leaves nothing personal in the member, and nothing to erase again', () => {
    const decision = erase(member());
    if (!decision.ok) throw new Error(decision.refusal.message);
    const erased = foldOn(member(), 'c-1', decision.facts[0], programs);
    expect(erased.birthday).toMatchObject({ date: null, due: null });
    expect(erase(erased)).toMatchObject({ ok: false, refusal: { code: 'already-erased' } });
  });

  it('is refused for somebody unknown, and without a reason', () => {
    expect(erase(null)).toMatchObject({ refusal: { code: 'unknown-member' } });
    expect(erase(member(), '')).toMatchObject({ refusal: { code: 'invalid-command', field: 'reason' } });
  });
});
