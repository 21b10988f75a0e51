import type { LogRecord } from '@perennial/event-log';
import { advanceTo, decideRedemption, type Fact, foldFacts, type ProgramHistory } from '@perennial/membership';
import type { Ledger } from '../clients/ledger.js';
import { WALLETS } from '../clients/shop.js';

/** Nobody spent what they did not have: decided at its place in the log, each redemption is granted again. */
export function checkRedemptions(log: readonly LogRecord[], ledger: Ledger, programs: ProgramHistory): string[] {
  const problems: string[] = [];
  for (const customerId of WALLETS) {
    const facts: Fact[] = [];
    for (const record of log) {
      if (record.customerId !== customerId) continue;
      const fact = record as unknown as Fact;
      if (ledger.redemptions.has(record.source)) {
        const problem = judge(customerId, fact, facts, programs);
        if (problem) problems.push(problem);
      }
      facts.push(fact);
    }
  }
  return problems;
}

function judge(customerId: string, fact: Fact, before: readonly Fact[], programs: ProgramHistory): string | null {
  const now = fact.occurredAt;
  const state = foldFacts(customerId, [...before], Infinity, programs);
  if (state) advanceTo(state, now, programs);
  const { redemptionId, points } = fact.data as { redemptionId: string; points: number };
  const command = { factId: fact.id, customerId, source: fact.source ?? '', redemptionId, points };
  const decision = decideRedemption(state, command, { now, programs });
  if (decision.ok) return null;
  return `redemption ${redemptionId} of ${points} points was granted: ${decision.refusal.message}`;
}
