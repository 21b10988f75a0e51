import type { Link } from '@perennial/membership';

/** Ids that links, standing or refused, join: what happens to one may change who the others are. */
interface Component {
  ids: Set<string>;
  links: Link[];
}

/** Customers by how links join them. Most have none, and are a component of their own. */
export class LinkComponents {
  private readonly byId = new Map<string, Component>();

  constructor(links: readonly Link[] = []) {
    for (const link of links) this.add(link);
  }

  add(link: Link): void {
    const a = this.component(link.aliasId);
    const b = this.component(link.customerId);
    const [large, small] = a.ids.size >= b.ids.size ? [a, b] : [b, a];
    if (large !== small) {
      for (const id of small.ids) {
        large.ids.add(id);
        this.byId.set(id, large);
      }
      large.links.push(...small.links);
    }
    large.links.push(link);
  }

  /** Every id that may be the same customer as this one. */
  idsOf(id: string): readonly string[] {
    const component = this.byId.get(id);
    return component ? [...component.ids] : [id];
  }

  linksOf(id: string): readonly Link[] {
    return this.byId.get(id)?.links ?? [];
  }

  /** The same value for all ids of a component, as long as no link is added. */
  keyOf(id: string): string {
    const component = this.byId.get(id);
    return component ? component.ids.values().next().value! : id;
  }

  private component(id: string): Component {
    let component = this.byId.get(id);
    if (!component) this.byId.set(id, (component = { ids: new Set([id]), links: [] }));
    return component;
  }
}
