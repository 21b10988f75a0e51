import { explain, type ExplainQuestion, type Explanation } from '@perennial/membership';
import { asFact, readCustomer } from './customer-facts.js';
import type { Stores } from './stores.js';

/** What can be told of a question: nothing, where there is no fact of the customer, or no such task. */
export type MemberExplanation =
  { known: true; explanation: Explanation } | { known: false; unknown: 'member' | 'task' };

/**
 * Explains something of a member as of an instant (UTC ms), past, now or ahead, from all their facts.
 * @param id the customer's, or an alias.
 */
export async function explainMember(
  { log, reader, catalogue }: Pick<Stores, 'log' | 'reader' | 'catalogue'>,
  id: string,
  question: ExplainQuestion,
  asOf: number,
): Promise<MemberExplanation> {
  const programs = await catalogue.history();
  if (!programs) return { known: false, unknown: 'member' };
  const identities = await reader.identityMap();
  const customerId = identities.resolve(id);
  const facts = (await readCustomer(log, identities, customerId, Infinity)).map(asFact);
  const explanation = explain(question, customerId, facts, asOf, programs);
  if (explanation) return { known: true, explanation };
  return { known: false, unknown: facts.some(({ occurredAt }) => occurredAt <= asOf) ? 'task' : 'member' };
}
