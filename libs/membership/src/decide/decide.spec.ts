import type { Fact } from '../facts/fact.js';
import { foldFacts, foldOn } from '../fold/fold.js';
import { decodeState, encodeState } from '../fold/codec.js';
import type { MemberState } from '../fold/state.js';
import { DEFAULT_PROGRAM } from '../program/default-program.js';
import { ProgramHistory } from '../program/history.js';
import * as decide from './index.js';
import type { Decision, RefusalCode } from './index.js';

const programs = new ProgramHistory([{ version: 1, effectiveFrom: null, program: DEFAULT_PROGRAM }]);
const START = Date.parse('2025-01-01T00:00:00Z');
const NOW = Date.parse('2025-03-01T00:00:00Z');
const head = { factId: 'f-new', customerId: 'c-1', source: 'api' };

type Told = Omit<Fact, 'customerId' | 'id' | 'occurredAt'> & { at?: number; id?: string };

/** The member whom these facts make; without `at` they come a minute apart. */
function given(...facts: Told[]): MemberState | null {
  const told = facts.map(
    ({ at, id, ...fact }, index) =>
      ({ id: id ?? `f-${index}`, customerId: 'c-1', occurredAt: at ?? START + index * 60_000, ...fact }) as Fact,
  );
  return foldFacts('c-1', told, Math.max(...told.map((fact) => fact.occurredAt), START), programs);
}

const gift = (points: number, adjustmentId = 'gift'): Told => ({
  type: 'PointsAdjusted',
  data: { adjustmentId, points, reason: 'welcome', by: 'staff' },
});
const redeemed = (redemptionId: string, points: number): Told => ({
  type: 'PointsRedeemed',
  data: { redemptionId, points },
});
const reserved = (reservationId: string, points: number, expiresAt = '2026-01-01T00:00:00Z'): Told => ({
  type: 'PointsReserved',
  data: { reservationId, points, expiresAt },
});

function redeem(state: MemberState | null, points: number, redemptionId = 'd-1', now = NOW): Decision {
  return decide.decideRedemption(state, { ...head, redemptionId, points }, { now, programs });
}

const end = (state: MemberState | null, how: 'decideCommit' | 'decideRelease', now = NOW): Decision =>
  decide[how](state, { ...head, reservationId: 'h-1' }, { now, programs });

function factsOf(decision: Decision): Fact[] {
  if (!decision.ok) throw new Error(decision.refusal.message);
  return decision.facts;
}

function refused(decision: Decision): RefusalCode | null {
  return decision.ok ? null : decision.refusal.code;
}

function after(state: MemberState | null, decision: Decision): MemberState {
  const copy = decodeState(encodeState(state!));
  return factsOf(decision).reduce((m, fact) => foldOn(m, 'c-1', fact, programs), copy);
}

describe('redeeming points', () => {
  it('spends what is available, dated now', () => {
    const decision = redeem(given(gift(100)), 100);
    expect(factsOf(decision)).toEqual([
      {
        id: 'f-new',
        type: 'PointsRedeemed',
        customerId: 'c-1',
        occurredAt: NOW,
        source: 'api',
        data: { redemptionId: 'd-1', points: 100 },
      },
    ]);
    expect(after(given(gift(100)), decision).points).toMatchObject({ available: 0, debt: 0 });
  });

  it('is refused above what is available, and for a customer who is unknown', () => {
    expect(refused(redeem(given(gift(100)), 101))).toBe('insufficient-points');
    expect(refused(redeem(given(gift(-5)), 1))).toBe('insufficient-points');
    expect(refused(redeem(null, 1))).toBe('unknown-member');
  });

  it.each([0, -1, 1.5, NaN, Number.MAX_SAFE_INTEGER + 1])('is refused for %p points', (points) => {
    expect(refused(redeem(given(gift(100)), points))).toBe('invalid-command');
  });

  it('counts what expires between the last fact and now', () => {
    const inTwoYears = Date.parse('2027-03-01T00:00:00Z');
    expect(refused(redeem(given(gift(100)), 100, 'd-1', inTwoYears))).toBe('insufficient-points');
  });

  it('is dated after the last fact of the member, so that it is never late', () => {
    const ahead = NOW + 120_000;
    const state = given({ ...gift(100), at: ahead, id: 'zz' });
    const decision = redeem(state, 100);
    expect(factsOf(decision)[0].occurredAt).toBe(ahead + 1);
    expect(after(state, decision).points).toMatchObject({ available: 0, debt: 0 });
  });

  it('leaves no second fact for an id that exists, and says which fact would repeat it', () => {
    const decision = redeem(given(gift(100), redeemed('d-1', 40)), 40);
    expect(decision).toMatchObject({ ok: true, facts: [], repeats: { data: { redemptionId: 'd-1', points: 40 } } });
  });

  it('is refused under the id of a reservation', () => {
    expect(refused(redeem(given(gift(100), reserved('d-1', 10)), 10))).toBe('id-taken');
  });
});

describe('cancelling a redemption', () => {
  const cancel = (state: MemberState | null) =>
    decide.decideRedemptionCancellation(state, { ...head, redemptionId: 'd-1' }, { now: NOW, programs });

  it('gives the points back, once', () => {
    const state = given(gift(100), redeemed('d-1', 40));
    expect(after(state, cancel(state)).points.available).toBe(100);
    expect(factsOf(cancel(after(state, cancel(state))))).toEqual([]);
  });

  it('is refused for a redemption that there is not', () => {
    expect(refused(cancel(given(gift(100))))).toBe('unknown-redemption');
  });

  it('is refused where points could no longer be counted exactly', () => {
    const most = 2 ** 51;
    expect(refused(cancel(given(gift(most), redeemed('d-1', most))))).toBe('too-many-points');
  });
});

describe('reserving points', () => {
  const reserve = (state: MemberState | null, points: number, expiresAt?: string) =>
    decide.decideReservation(state, { ...head, reservationId: 'h-1', points, expiresAt }, { now: NOW, programs });

  it('holds what is available', () => {
    const state = given(gift(100));
    expect(after(state, reserve(state, 60)).points).toMatchObject({ available: 40, reserved: 60 });
  });

  it('is refused above what is available, under an id that is taken, or with an end that is over', () => {
    expect(refused(reserve(given(gift(100)), 101))).toBe('insufficient-points');
    expect(refused(reserve(given(gift(100), redeemed('h-1', 1)), 1))).toBe('id-taken');
    expect(refused(reserve(given(gift(100)), 1, '2025-03-01T00:00:00Z'))).toBe('instant-passed');
    expect(refused(reserve(given(gift(100)), 1, 'soon'))).toBe('invalid-command');
  });

  it('can be committed once: that is a redemption of its id', () => {
    const state = given(gift(100), reserved('h-1', 60));
    const committed = after(state, end(state, 'decideCommit'));
    expect(committed.points).toMatchObject({ available: 40, reserved: 0, totals: { redeemed: 60 } });
    expect(factsOf(end(committed, 'decideCommit'))).toEqual([]);
    expect(refused(end(committed, 'decideRelease'))).toBe('reservation-ended');
    expect(refused(redeem(committed, 1, 'h-1'))).toBe('id-taken');
  });

  it('can be released once: the points are there again', () => {
    const state = given(gift(100), reserved('h-1', 60));
    const released = after(state, end(state, 'decideRelease'));
    expect(released.points).toMatchObject({ available: 100, reserved: 0 });
    expect(factsOf(end(released, 'decideRelease'))).toEqual([]);
    expect(refused(end(released, 'decideCommit'))).toBe('reservation-ended');
  });

  it('is over when its time ran out, to the millisecond', () => {
    const state = given(gift(100), reserved('h-1', 60, '2025-02-01T00:00:00Z'));
    const over = Date.parse('2025-02-01T00:00:00Z');
    expect(refused(end(state, 'decideCommit', over))).toBe('reservation-ended');
    expect(refused(end(state, 'decideCommit', over - 1))).toBeNull();
    expect(refused(end(given(gift(1)), 'decideCommit'))).toBe('unknown-reservation');
  });

  it('that holds less than it says (an import) is committed only as far as there are points', () => {
    expect(refused(end(given(gift(10), reserved('h-1', 60)), 'decideCommit'))).toBe('insufficient-points');
    expect(refused(end(given(gift(10), reserved('h-1', 60), gift(50, 'more')), 'decideCommit'))).toBeNull();
  });
});

describe('adjusting points', () => {
  const adjust = (state: MemberState | null, points: number, reason = 'sorry') =>
    decide.decideAdjustment(state, { ...head, adjustmentId: 'a-1', points, reason, by: 'ann' }, { now: NOW, programs });

  it('gives and takes; what is not there becomes debt', () => {
    expect(after(given(gift(10)), adjust(given(gift(10)), 5)).points.available).toBe(15);
    expect(after(given(gift(10)), adjust(given(gift(10)), -15)).points).toMatchObject({ available: 0, debt: 5 });
  });

  it('is refused without a reason, for no points and for more than can be counted', () => {
    expect(adjust(given(gift(10)), 5, '')).toMatchObject({ refusal: { code: 'invalid-command', field: 'reason' } });
    expect(refused(adjust(given(gift(10)), 0))).toBe('invalid-command');
    expect(refused(adjust(given(gift(10)), Number.MAX_SAFE_INTEGER))).toBe('too-many-points');
    expect(refused(adjust(given(gift(10)), -Number.MAX_SAFE_INTEGER))).toBe('too-many-points');
  });
});

describe('granting a tier', () => {
  const grant = (state: MemberState | null, tier: string, until?: string) =>
    decide.decideGrant(
      state,
      { ...head, tier, mode: 'floor', until, reason: 'press', by: 'ann' },
      { now: NOW, programs },
    );
  const revoke = (state: MemberState | null) =>
    decide.decideRevocation(state, { ...head, reason: 'over', by: 'ann' }, { now: NOW, programs });

  it('gives the tier until it ends or is revoked', () => {
    const granted = after(given(gift(10)), grant(given(gift(10)), 'gold', '2025-06-01T00:00:00Z'));
    expect(granted.grant).toMatchObject({ tier: 'gold', mode: 'floor', by: 'ann' });
    expect(
      after(
        granted,
        decide.decideRevocation(
          granted,
          { ...head, factId: 'f-2', reason: 'over', by: 'ann' },
          { now: NOW + 1, programs },
        ),
      ).grant,
    ).toBeNull();
  });

  it('is refused for a tier that there is not, and for an end in the past', () => {
    expect(grant(given(gift(10)), 'jade')).toMatchObject({ refusal: { code: 'unknown-tier', field: 'tier' } });
    expect(refused(grant(given(gift(10)), 'gold', '2025-03-01T00:00:00Z'))).toBe('instant-passed');
  });

  it('cannot be revoked when there is none', () => {
    expect(refused(revoke(given(gift(10))))).toBe('no-grant');
  });
});

describe('naming an id again', () => {
  const [wanted] = factsOf(redeem(given(gift(100)), 40));
  const recorded = { ...wanted, id: 'f-old', occurredAt: NOW - 1000 };
  const other = { ...wanted, data: { redemptionId: 'd-1', points: 40, purpose: 'goods' } } as Fact;

  it('finds the fact that bears it', () => {
    expect(decide.isRepeated(recorded, wanted)).toBe(true);
    expect(decide.isRepeated(recorded, other)).toBe(true);
    expect(decide.isRepeated({ ...recorded, type: 'PointsReserved' }, wanted)).toBe(false);
    expect(decide.isRepeated({ ...recorded, data: { redemptionId: 'd-2', points: 40 } }, wanted)).toBe(false);
  });

  it('is the same answer for the same content, and refused for other content', () => {
    expect(decide.judgeRepetition(recorded, wanted)).toEqual({ ok: true, facts: [] });
    expect(refused(decide.judgeRepetition(recorded, other))).toBe('id-taken');
  });

  it('finds what ended a reservation by the reservation', () => {
    const told = { type: 'ReservationCommitted', customerId: 'c-1', data: { reservationId: 'h-1' } } as const;
    const [commit] = factsOf(end(given(gift(100), reserved('h-1', 60)), 'decideCommit'));
    expect(decide.isRepeated(told, commit)).toBe(true);
    expect(decide.isRepeated({ ...told, data: { reservationId: 'h-2' } }, commit)).toBe(false);
  });
});
