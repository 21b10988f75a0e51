import { compareFacts, type Fact, type FactOf } from '@perennial/membership';

export type Assessment = FactOf<'ChurnRiskAssessed'>;

/** Source of the assessments that the engine makes itself. */
export const CHURN_SOURCE = 'perennial-churn';

/** The newest assessment up to an instant, whoever made it: the one that counts (SPEC §9). */
export function lastAssessment(facts: readonly Fact[], asOf: number): Assessment | null {
  let last: Assessment | null = null;
  for (const fact of facts) {
    if (fact.type !== 'ChurnRiskAssessed' || fact.occurredAt > asOf) continue;
    if (last === null || compareFacts(fact, last) > 0) last = fact;
  }
  return last;
}
