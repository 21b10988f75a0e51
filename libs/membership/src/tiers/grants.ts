import type { FactDataByType } from '../facts/fact.js';
import type { FoldContext } from '../fold/context.js';
import type { Grant, MemberState } from '../fold/state.js';
import { schedule, TimerKind, unschedule } from '../fold/timers.js';
import { announceTier } from './tiers.js';

function replaceGrant(m: MemberState, cx: FoldContext, grant: Grant | null): void {
  const before = m.grant;
  announceTier(m, cx, () => {
    if (before && before.until !== null) unschedule(m.timers, before.until, TimerKind.TierGrantEnds, '');
    m.grant = grant;
    if (grant && grant.until !== null) schedule(m.timers, grant.until, TimerKind.TierGrantEnds, '');
  });
  cx.announce(m, 'tier-grant-changed', m.customerId, before, grant);
}

/** TierGranted: replaces the grant before it; of an unknown tier: no effect; already over: ends at once (ruling 29). */
export function grantTier(m: MemberState, cx: FoldContext, data: FactDataByType['TierGranted']): void {
  if (!cx.program(m).tiers.some((tier) => tier.id === data.tier)) return;
  const until = data.until === undefined ? null : Date.parse(data.until);
  const { tier, mode, by, reason } = data;
  replaceGrant(m, cx, until !== null && until <= m.now ? null : { tier, mode, until, by, reason });
}

/** TierGrantRevoked: brings nothing older back. */
export function revokeGrant(m: MemberState, cx: FoldContext): void {
  if (m.grant) replaceGrant(m, cx, null);
}

/** Timer: the grant's time is over. */
export function endGrant(m: MemberState, cx: FoldContext): void {
  const before = m.grant;
  announceTier(m, cx, () => (m.grant = null));
  cx.announce(m, 'tier-grant-changed', m.customerId, before, null);
}
