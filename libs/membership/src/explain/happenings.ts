import type { CustomerFactType, Fact } from '../facts/fact.js';
import type { Change } from '../fold/changes.js';
import { foldFacts } from '../fold/fold.js';
import type { MemberState } from '../fold/state.js';
import type { ProgramHistory } from '../program/history.js';

/** What a line of an explanation is linked to: a fact, or a timer. */
export type ExplainCause = { fact: string; type: CustomerFactType } | { timer: string; id: string };

/** A fact or a timer that is through. */
export interface Happening {
  /** UTC ms. */
  at: number;
  cause: ExplainCause;
  /** Null for a timer. */
  fact: Fact | null;
  /** What it announced, in order. */
  changes: readonly Change[];
  /** The member as it made them; moves on after the visit. */
  m: Readonly<MemberState>;
}

/** Folds a customer's facts up to `asOf` and visits everything that happens on the way. Parameters as for `foldFacts`. */
export function followFold(
  customerId: string,
  facts: readonly Fact[],
  asOf: number,
  programs: ProgramHistory,
  visit: (happening: Happening) => void,
): MemberState | null {
  const byId = new Map(facts.map((fact) => [fact.id, fact]));
  let changes: Change[] = [];
  return foldFacts(
    customerId,
    facts,
    asOf,
    programs,
    (change) => changes.push(change),
    (m, cause) => {
      const fact = 'fact' in cause ? byId.get(cause.fact)! : null;
      const linked = fact ? { fact: fact.id, type: fact.type } : (cause as Extract<ExplainCause, { timer: string }>);
      visit({ at: m.now, cause: linked, fact, changes, m });
      changes = [];
    },
  );
}
