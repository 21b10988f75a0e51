import { compareIds } from '../facts/fact.js';

/** One `IdentityLinked` fact. */
export interface Link {
  factId: string;
  aliasId: string;
  customerId: string;
  /** UTC ms. */
  occurredAt: number;
}

/** Why a link has no effect and counts as no fact. */
export type LinkRefusal = 'self' | 'second-link' | 'cycle';

export interface Identities {
  /** The customer that an id stands for: itself, or where its chain of links ends. */
  resolve(id: string): string;
  isAlias(id: string): boolean;
  /** By fact id. */
  refused: ReadonlyMap<string, LinkRefusal>;
}

/**
 * Who is who (SPEC §11, ruling 44): links are judged in fact order, whatever order they arrived in. The first link of
 * an alias stands; a second one to another id, and one that makes a cycle, is refused. A link is timeless.
 */
export function resolveLinks(links: readonly Link[]): Identities {
  const parent = new Map<string, string>();
  const refused = new Map<string, LinkRefusal>();
  const resolve = (id: string): string => {
    let current = id;
    for (let next = parent.get(current); next !== undefined; next = parent.get(current)) current = next;
    return current;
  };
  const ordered = [...links].sort((a, b) => a.occurredAt - b.occurredAt || compareIds(a.factId, b.factId));
  for (const { factId, aliasId, customerId } of ordered) {
    const known = parent.get(aliasId);
    if (aliasId === customerId) refused.set(factId, 'self');
    else if (known !== undefined) {
      if (known !== customerId) refused.set(factId, 'second-link');
    } else if (resolve(customerId) === aliasId) refused.set(factId, 'cycle');
    else parent.set(aliasId, customerId);
  }
  return { resolve, isAlias: (id) => parent.has(id), refused };
}
