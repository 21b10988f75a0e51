import { customerStream, type NewRecord } from '@perennial/event-log';
import { DAY_MS, type Fact, naturalKey } from '@perennial/membership';
import fc from 'fast-check';
import { arbitraryFacts } from '../../histories/arbitrary-history.js';
import type { World } from '../world/world.js';
import type { Clients } from './client.js';
import type { Ledger } from './ledger.js';

/** Customers with links between them and to who they were before they were known. */
const LINKED = ['c-1', 'c-2', 'c-3', 'c-4'];
const UNKNOWN = ['anon-1', 'anon-2', 'anon-3', 'anon-4'];
/** Customers without, so that their streams alone decide on their points. */
export const WALLETS = ['w-1', 'w-2'];
const MOST_FACTS = 22;

/** What is sent to the engine in the course of a run, and when. */
export class Shop {
  constructor(
    private readonly world: World,
    private readonly clients: Clients,
    private readonly ledger: Ledger,
  ) {}

  /** Plans everything that happens within a virtual time. */
  open(seed: number, ms: number): void {
    const { dice } = this.world;
    const at = (send: () => void) => this.world.after(dice.int(0, ms), send);
    const ids = [...LINKED, ...WALLETS];
    const histories = fc.sample(arbitraryFacts, { seed, numRuns: ids.length });
    for (const [index, id] of ids.entries()) {
      const facts = histories[index].slice(0, MOST_FACTS);
      while (facts.length > 0) {
        const together = facts.splice(0, dice.int(1, 3));
        at(() => this.tell(together.map((fact) => this.ownedBy(id, fact))));
      }
    }
    for (let links = dice.int(0, 6); links > 0; links--) at(() => this.tell([this.link()]));
    for (const id of WALLETS) at(() => this.tell([this.gift(id)]));
    for (let rushes = dice.int(0, 5); rushes > 0; rushes--) at(() => this.rush(dice.pick(WALLETS)));
  }

  /** Sends facts; now and then twice at once, later again under another message id, or by somebody who gives up soon. */
  private tell(facts: Fact[]): void {
    const { dice } = this.world;
    const records = facts.map((fact) => this.recordOf(fact));
    const tries = this.tries();
    void this.clients.tell(records, tries);
    if (dice.chance(0.15)) void this.clients.tell(records, tries);
    if (dice.chance(0.2)) void this.clients.tell(this.asOfAnother(facts), tries);
    if (!dice.chance(0.05)) return;
    const again = records.map((record) => {
      const source = this.ledger.newSource();
      return { ...record, source, id: `m-${source}` };
    });
    this.world.after(dice.int(1, 4_000), () => void this.clients.tell(again, tries));
  }

  /** Message ids, or natural keys alone, that somebody else takes at the same moment for another customer. */
  private asOfAnother(facts: Fact[]): NewRecord[] {
    const { dice } = this.world;
    const customerId = dice.pick(LINKED);
    const takesIds = dice.chance(0.5);
    return facts
      .filter((fact) => !WALLETS.includes(fact.customerId))
      .map((fact) => {
        const source = this.ledger.newSource();
        const id = takesIds ? fact.id : `m-${source}`;
        return this.recordOf({ ...fact, customerId, source, id });
      });
  }

  /** Several redemptions at once of points that may not do for all of them. */
  private rush(customerId: string): void {
    const { dice } = this.world;
    const points = dice.pick([50, 300, 1_000]);
    for (let many = dice.int(2, 5); many > 0; many--) {
      const source = this.ledger.newSource();
      void this.clients.redeem({ factId: `cmd-${source}`, source, customerId, points }, this.tries());
    }
  }

  private tries(): number {
    return this.world.dice.chance(0.15) ? this.world.dice.int(1, 3) : Infinity;
  }

  /** A generated fact as one of this customer, or of who they were. Some ids are taken twice, by different customers. */
  private ownedBy(id: string, fact: Fact): Fact {
    const { dice } = this.world;
    const before = LINKED.includes(id) && dice.chance(0.25);
    const customerId = before ? UNKNOWN[LINKED.indexOf(id)] : id;
    const text = JSON.stringify(fact.data);
    const isShared = !WALLETS.includes(id) && dice.chance(0.05);
    const own = isShared ? text : text.replace(/"(o|rf|rv|rd|ad|ref|k)-(\d)/g, `"$1-${id}-$2`);
    return this.now({ ...fact, customerId, data: JSON.parse(own) as unknown } as Fact);
  }

  private link(): Fact {
    const { dice } = this.world;
    const index = dice.int(0, LINKED.length - 1);
    const [aliasId, customerId] = dice.chance(0.75)
      ? [UNKNOWN[index], LINKED[index]]
      : [dice.pick([...UNKNOWN, ...LINKED]), dice.pick(LINKED)];
    if (aliasId === customerId) return this.link();
    return this.now({ type: 'IdentityLinked', customerId, data: { aliasId } } as Fact);
  }

  private gift(customerId: string): Fact {
    const data = { adjustmentId: `gift-${customerId}`, points: 1_200, reason: 'gift', by: 'op-1' };
    return this.now({ type: 'PointsAdjusted', customerId, data } as Fact);
  }

  /** As of this moment; now and then it comes late. */
  private now(fact: Fact): Fact {
    const { dice, shopTime } = this.world;
    const lateBy = dice.chance(0.15) ? dice.int(1, 40 * DAY_MS) : 0;
    const source = this.ledger.newSource();
    return { ...fact, id: `m-${source}`, source, occurredAt: shopTime - lateBy };
  }

  private recordOf(fact: Fact): NewRecord {
    const { id, type, customerId, occurredAt, source = '', data } = fact;
    const key = naturalKey(fact);
    const announce = !this.world.dice.chance(0.05);
    return {
      stream: customerStream(customerId),
      id,
      type,
      schemaVersion: 1,
      customerId,
      occurredAt,
      recordedAt: this.world.shopTime,
      source,
      data,
      announce,
      ...(key && { key }),
    };
  }
}
