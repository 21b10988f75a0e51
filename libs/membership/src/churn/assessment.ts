import type { ChurnBand, FactDataByType } from '../facts/fact.js';
import type { FoldContext } from '../fold/context.js';
import type { MemberState } from '../fold/state.js';
import { churnBand, type Program } from '../program/program.js';

function bandUnder(m: MemberState, program: Program): ChurnBand | null {
  if (m.churn === null) return null;
  return m.churn.band ?? churnBand(m.churn.probabilityAlive, program.churn.bands);
}

/** The band that the sender gave, else that of the version in force now; null = never assessed. */
export function churnBandOf(m: MemberState, cx: FoldContext): ChurnBand | null {
  return bandUnder(m, cx.program(m));
}

/** ChurnRiskAssessed: the newest one counts, whoever it is from (SPEC §9). */
export function assessChurn(m: MemberState, cx: FoldContext, data: FactDataByType['ChurnRiskAssessed']): void {
  const before = churnBandOf(m, cx);
  const { model, probabilityAlive } = data;
  m.churn = { model, probabilityAlive, band: data.band ?? null, assessedAt: m.now };
  announceBand(m, cx, before);
}

/** A version takes effect that may draw the bands elsewhere. */
export function rejudgeChurn(m: MemberState, cx: FoldContext, from: Program): void {
  announceBand(m, cx, bandUnder(m, from));
}

function announceBand(m: MemberState, cx: FoldContext, before: ChurnBand | null): void {
  const after = churnBandOf(m, cx);
  if (before === after) return;
  const { model, probabilityAlive } = m.churn!;
  cx.announce(m, 'churn-band-changed', m.customerId, before, after, { model, probabilityAlive });
}
