import type { Fact } from '../facts/fact.js';
import { CHANGE_FACET, type Change, type ChangeType } from '../fold/changes.js';
import { FoldContext } from '../fold/context.js';
import type { MemberState } from '../fold/state.js';
import { viewMember } from '../fold/view.js';
import type { ProgramHistory } from '../program/history.js';
import { iso } from '../time/zone.js';
import type { ExplanationLine, TierExplanation } from './explanation.js';
import { GrowthSources } from './growth-entries.js';
import { followFold, type Happening } from './happenings.js';
import { tierText } from './tier-text.js';

/**
 * Why a member has the tier that they have: the growth inside the window entry by entry, what it is measured by, the
 * period, the grant, and every judgement (SPEC §6). @returns null when there is no fact up to `asOf`.
 */
export function explainTier(
  customerId: string,
  facts: readonly Fact[],
  asOf: number,
  programs: ProgramHistory,
): TierExplanation | null {
  const sources = new GrowthSources();
  const lines: ExplanationLine[] = [];
  const m = followFold(customerId, facts, asOf, programs, (happening) => {
    sources.take(happening);
    for (const change of happening.changes) {
      if (isOfTier(change.type)) lines.push(lineOf(change, happening, programs));
    }
  });
  if (!m) return null;
  const cx = new FoldContext(programs);
  const program = cx.program(m);
  const entries = sources.linesAt(m, cx, asOf);
  const value = entries.at(-1)?.growth ?? 0;
  return {
    what: 'tier',
    customerId,
    asOf: iso(asOf),
    tier: viewMember(m, asOf, programs).tier,
    growth: { value, window: program.growth.window, entries },
    thresholds: program.tiers.map(({ id, threshold }) => ({ tier: id, threshold, met: value >= threshold })),
    period: periodOf(m, cx),
    grant: m.grant && { ...m.grant, until: m.grant.until === null ? null : iso(m.grant.until) },
    lines,
    lastJudgement: lines.findLast(({ change }) => CHANGE_FACET[change] === 'tier') ?? null,
  };
}

function isOfTier(type: ChangeType): boolean {
  return type === 'tier-period-ending' || CHANGE_FACET[type] === 'tier' || CHANGE_FACET[type] === 'grant';
}

function lineOf(change: Change, happening: Happening, programs: ProgramHistory): ExplanationLine {
  return {
    at: iso(change.at),
    cause: happening.cause,
    change: change.type,
    programVersion: change.programVersion,
    text: tierText(change, happening, programs),
  };
}

function periodOf(m: MemberState, cx: FoldContext): TierExplanation['period'] {
  if (m.tier === null || m.tier.until === null) return null;
  const { validityDays, graceDays, downgrade } = cx.program(m).tierPeriod;
  const until = iso(m.tier.until);
  const tier = cx.program(m).tiers.find(({ id }) => id === m.tier!.earned)!;
  const down = downgrade === 'single' ? 'one tier down' : 'down to the tier that is met';
  return {
    until,
    validityDays,
    graceDays,
    downgrade,
    text: `At ${until}: with a growth of ${tier.threshold} or more another period in ${tier.id}, else ${down}`,
  };
}
