import type { FoldContext } from '../fold/context.js';
import type { MemberState } from '../fold/state.js';
import { schedule, TimerKind, unschedule } from '../fold/timers.js';
import type { Program } from '../program/program.js';
import { DAY_MS, type Zone } from '../time/zone.js';
import { addEntry, growthAt, growthNow, recountGrowth } from './growth.js';

function indexOf(program: Program, tier: string): number {
  return program.tiers.findIndex((t) => t.id === tier);
}

/** Index of the highest tier that a growth value meets. */
function metBy(program: Program, growth: number): number {
  let met = 0;
  for (let i = 1; i < program.tiers.length; i++) if (growth >= program.tiers[i].threshold) met = i;
  return met;
}

/** The tier that counts: the earned one, or what a grant makes of it (SPEC §6). Only for members. */
export function effectiveTier(m: MemberState, program: Program): string {
  const earned = m.tier!.earned;
  if (m.grant === null) return earned;
  if (m.grant.mode === 'exact') return m.grant.tier;
  return indexOf(program, m.grant.tier) > indexOf(program, earned) ? m.grant.tier : earned;
}

/** What a tier change shows; instants in UTC ms. */
export function tierView(m: MemberState, cx: FoldContext) {
  if (m.tier === null) return null;
  const { earned, since, until } = m.tier;
  return { effective: effectiveTier(m, cx.program(m)), earned, since, until };
}

/** Runs `change` and announces what it did to the tier, if anything. */
export function announceTier(m: MemberState, cx: FoldContext, change: () => void): void {
  if (!cx.sink) return change();
  const before = tierView(m, cx);
  change();
  const after = tierView(m, cx);
  if (before?.effective !== after?.effective || before?.earned !== after?.earned || before?.since !== after?.since) {
    cx.announce(m, 'tier-changed', m.customerId, before, after);
  } else if (before?.until !== after?.until) {
    cx.announce(m, 'tier-period-renewed', m.customerId, before, after);
  }
}

/** A customer becomes a member, in the base tier (SPEC §6). */
export function enrol(m: MemberState, cx: FoldContext): void {
  m.enrolledAt = m.now;
  m.tier = { earned: cx.program(m).tiers[0].id, since: m.now, until: null, notice: null };
  cx.announce(m, 'member-enrolled', m.customerId, null, tierView(m, cx));
}

/** End of a period that starts at `start`: renewals at the start of a day do not drift; grace moves it (SPEC §6). */
export function periodEnd(start: number, program: Program, zone: Zone): number {
  const { validityDays, graceDays } = program.tierPeriod;
  const day = zone.dayOf(start);
  const first = zone.startOfDay(day) === start ? day : day + 1;
  return zone.startOfDay(first + validityDays + graceDays);
}

/** Id of the timer that tells of the end of a period ahead of it; the end itself has none. */
export const PERIOD_NOTICE = 'notice';
/** How long before a period ends its end is announced; announcing changes nothing of the member. */
const NOTICE_MS = 30 * DAY_MS;

function setUntil(m: MemberState, until: number | null): void {
  const tier = m.tier!;
  if (tier.until !== null) unschedule(m.timers, tier.until, TimerKind.TierPeriodEnds, '');
  if (tier.notice !== null) unschedule(m.timers, tier.notice, TimerKind.TierPeriodEnds, PERIOD_NOTICE);
  tier.until = until;
  tier.notice = until !== null && until - NOTICE_MS > m.now ? until - NOTICE_MS : null;
  if (until !== null) schedule(m.timers, until, TimerKind.TierPeriodEnds, '');
  if (tier.notice !== null) schedule(m.timers, tier.notice, TimerKind.TierPeriodEnds, PERIOD_NOTICE);
}

/** Timer: 30 days before a period ends (SPEC §10: a tier period is about to end). */
export function noticePeriodEnd(m: MemberState, cx: FoldContext): void {
  const tier = m.tier!;
  tier.notice = null;
  const projected = projectedTier(m, cx);
  if (projected !== tier.earned) {
    cx.announce(m, 'tier-period-ending', m.customerId, null, null, { until: tier.until, projected });
  }
}

/** Enters a tier now; a period starts, except in the base tier, which never ends. */
function enterTier(m: MemberState, cx: FoldContext, index: number, periodEnded = false): void {
  const program = cx.program(m);
  announceTier(m, cx, () => {
    // The timer that fired is off the list already.
    if (periodEnded) m.tier!.until = null;
    m.tier!.earned = program.tiers[index].id;
    m.tier!.since = m.now;
    setUntil(m, index === 0 ? null : periodEnd(m.now, program, cx.zone));
  });
}

/** Up as soon as growth meets a higher tier, straight to the highest met. */
export function promote(m: MemberState, cx: FoldContext): void {
  if (m.tier === null) return;
  const program = cx.program(m);
  const met = metBy(program, growthNow(m, cx));
  if (met > indexOf(program, m.tier.earned)) enterTier(m, cx, met);
}

/** Growth earned now; up at once where it meets a higher tier. @returns the index of its entry. */
export function addGrowth(m: MemberState, cx: FoldContext, value: number): number {
  const index = addEntry(m, value);
  promote(m, cx);
  return index;
}

/** A refund demotes at once only where it takes growth from at or above the tier's threshold to below it. */
export function demoteAfterRefund(m: MemberState, cx: FoldContext, growthBefore: number): void {
  if (m.tier === null) return;
  const program = cx.program(m);
  const threshold = program.tiers[indexOf(program, m.tier.earned)].threshold;
  const growth = growthNow(m, cx);
  if (growthBefore >= threshold && growth < threshold) enterTier(m, cx, metBy(program, growth));
}

/** Growth by which the end of the period is judged: a calendar year's at the period's last instant (ruling 30). */
function growthAtJudgement(m: MemberState, cx: FoldContext, until: number): number {
  return growthAt(m, cx, cx.program(m).growth.window.kind === 'calendar-year' ? until - 1 : until);
}

/** The tier that the judgement at the end of the current period gives, and whether it renews. */
function judgement(m: MemberState, cx: FoldContext, until: number): { index: number; renewed: boolean } {
  const program = cx.program(m);
  const current = indexOf(program, m.tier!.earned);
  const growth = growthAtJudgement(m, cx, until);
  if (growth >= program.tiers[current].threshold) return { index: current, renewed: true };
  const down = program.tierPeriod.downgrade === 'single' ? current - 1 : metBy(program, growth);
  return { index: down, renewed: false };
}

/** Timer: a tier period ends: renewed, or down (SPEC §6). */
export function endTierPeriod(m: MemberState, cx: FoldContext): void {
  const { index, renewed } = judgement(m, cx, m.now);
  if (!renewed) return enterTier(m, cx, index, true);
  announceTier(m, cx, () => {
    m.tier!.until = null;
    setUntil(m, periodEnd(m.now, cx.program(m), cx.zone));
  });
}

/** The earned tier right after `until` if nothing more happens and no version takes effect before (ruling 28). */
export function projectedTier(m: MemberState, cx: FoldContext): string {
  const { earned, until } = m.tier!;
  if (until === null) return earned;
  return cx.program(m).tiers[judgement(m, cx, until).index].id;
}

/** A tier of an older version in the newer one: itself, else the highest whose threshold is not above its old one. */
function mapTier(tier: string, from: Program, to: Program): string {
  if (to.tiers.some((t) => t.id === tier)) return tier;
  const threshold = from.tiers[indexOf(from, tier)].threshold;
  return to.tiers[metBy(to, threshold)].id;
}

/**
 * The next version takes effect: tiers and grants are mapped, up at once, down only when the period ends (SPEC §4,
 * ruling 16).
 */
export function enterVersion(m: MemberState, cx: FoldContext): void {
  const { grant } = m;
  announceTier(m, cx, () => mapToNextVersion(m, cx));
  if (grant && m.grant!.tier !== grant.tier) cx.announce(m, 'tier-grant-changed', m.customerId, grant, m.grant);
  recountGrowth(m);
  promote(m, cx);
}

function mapToNextVersion(m: MemberState, cx: FoldContext): void {
  const from = cx.program(m);
  m.version++;
  const to = cx.program(m);
  // A new object: the old one may stand in what was announced.
  if (m.grant) m.grant = { ...m.grant, tier: mapTier(m.grant.tier, from, to) };
  if (m.tier === null) return;
  m.tier.earned = mapTier(m.tier.earned, from, to);
  const isBase = indexOf(to, m.tier.earned) === 0;
  if (isBase && m.tier.until !== null) setUntil(m, null);
  else if (!isBase && m.tier.until === null) setUntil(m, periodEnd(m.now, to, cx.zone));
}
