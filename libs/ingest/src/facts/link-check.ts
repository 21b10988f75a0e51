import { type FactOf, type Link, resolveLinks } from '@perennial/membership';

type LinkFact = FactOf<'IdentityLinked'>;

export interface LinkConflict {
  status: 'conflict';
  id: string;
  on: 'link';
  existingId: string;
  message: string;
}

/** A link fact as identities are resolved from it (SPEC §11). */
export function linkOf(fact: { id: string; customerId: string; occurredAt: number; data: { aliasId: string } }): Link {
  return {
    factId: fact.id,
    aliasId: fact.data.aliasId,
    customerId: fact.customerId,
    occurredAt: fact.occurredAt,
  };
}

/**
 * Which of the links just sent would have no effect beside those the log holds, judged in fact order (ruling 44).
 * A link that the log holds already is left to the log: it knows whether it is the same.
 */
export function refusedNow(sent: readonly LinkFact[], known: readonly Link[]): Map<string, LinkConflict> {
  const held = new Set(known.map((link) => link.factId));
  const fresh = sent.filter((fact) => !held.has(fact.id)).map(linkOf);
  const all = [...known, ...fresh];
  const { refused } = resolveLinks(all);
  const standing = new Map(all.filter((link) => !refused.has(link.factId)).map((link) => [link.aliasId, link]));
  const conflicts = new Map<string, LinkConflict>();
  for (const { factId: id, aliasId, customerId } of fresh) {
    const refusal = refused.get(id);
    if (refusal === undefined) continue;
    // In a cycle the customer is, by way of this link, an alias of their own alias.
    const inTheWay = standing.get(refusal === 'second-link' ? aliasId : customerId)!;
    const message =
      refusal === 'second-link'
        ? `${aliasId} is already linked to ${inTheWay.customerId}`
        : `${customerId} is itself, by its links, an alias of ${aliasId}`;
    conflicts.set(id, { status: 'conflict', id, on: 'link', existingId: inTheWay.factId, message });
  }
  return conflicts;
}
