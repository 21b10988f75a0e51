import { type Identities, type Link, resolveLinks } from '@perennial/membership';

/** Who is who by the links known so far, and which ids a customer's facts came under. */
export class IdentityMap {
  private readonly links: Link[] = [];
  private identities: Identities = resolveLinks([]);
  private groups = new Map<string, string[]>();

  constructor(links: readonly Link[] = []) {
    this.add(links);
  }

  resolve(id: string): string {
    return this.identities.resolve(id);
  }

  isAlias(id: string): boolean {
    return this.identities.isAlias(id);
  }

  /** By fact id; a refused link is no fact (ruling 44). */
  get refused(): Identities['refused'] {
    return this.identities.refused;
  }

  /** Every id that the customer's facts may have come under, the customer's own first. */
  idsOf(customerId: string): readonly string[] {
    return this.groups.get(customerId) ?? [customerId];
  }

  /**
   * Takes more links in.
   * @returns the ids whose customer is another one now, whose customer they were, and those of whose links one was
   * refused or taken back.
   */
  add(links: readonly Link[]): Set<string> {
    const changed = new Set<string>();
    if (links.length === 0) return changed;
    const before = this.identities;
    this.links.push(...links);
    this.identities = resolveLinks(this.links);
    this.groups = new Map();
    for (const id of new Set(this.links.flatMap((link) => [link.aliasId, link.customerId]))) {
      const now = this.identities.resolve(id);
      if (now !== before.resolve(id)) changed.add(id).add(before.resolve(id));
      if (now !== id) this.groups.set(now, [...(this.groups.get(now) ?? [now]), id]);
    }
    for (const link of this.links) {
      if (this.identities.refused.has(link.factId) !== before.refused.has(link.factId)) changed.add(link.customerId);
    }
    return changed;
  }
}
