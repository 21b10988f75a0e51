import type { EventLog, LogRecord } from '@perennial/event-log';
import { compareIds, type Fact } from '@perennial/membership';
import { asFact, isFact } from './customer-facts.js';
import { IdentityMap } from './identity-map.js';
import { linkOf } from './replay/component-replay.js';

/** Facts that one pass over the log may hold in memory. */
const MAX_FACTS = 400_000;
const PAGE = 2_000;

export interface CustomerFacts {
  customerId: string;
  facts: Fact[];
  /** Position of their last fact. */
  position: number;
}

async function* records(log: EventLog, upTo: number): AsyncGenerator<LogRecord> {
  for (let after = 0; ;) {
    const page = await log.readAll({ after, limit: PAGE });
    for (const record of page) {
      if (record.position > upTo) return;
      yield record;
    }
    if (page.length < PAGE) return;
    after = page[page.length - 1].position;
  }
}

/** Every customer with all their facts, in order of customerId. */
export async function* allCustomers(log: EventLog, upTo: number): AsyncGenerator<CustomerFacts> {
  yield* (await WholeLog.survey(log, upTo)).customers();
}

/**
 * The facts of the whole log, customer by customer. A log that fits in memory is read once; a larger one once to see
 * whose facts there are, and then in as many passes over ranges of ids as that takes.
 */
export class WholeLog {
  private constructor(
    private readonly log: EventLog,
    private readonly upTo: number,
    private readonly maxFacts: number,
    private readonly identities: IdentityMap,
    /** Number of facts by customer, in order of customerId. */
    private readonly sizes: ReadonlyMap<string, number>,
    /** Customers' records, where all of them fit. */
    private held: LogRecord[] | null,
    /** Records of customers. */
    readonly facts: number,
  ) {}

  /**
   * Reads the log once.
   * @param onRecord called for every customer's record, in log order. @param maxFacts how many may be held in memory.
   */
  static async survey(
    log: EventLog,
    upTo: number,
    onRecord: (record: LogRecord) => void = () => undefined,
    maxFacts = MAX_FACTS,
  ): Promise<WholeLog> {
    const counts = new Map<string, number>();
    const links = [];
    let held: LogRecord[] | null = [];
    let facts = 0;
    for await (const record of records(log, upTo)) {
      if (record.customerId === null) continue;
      facts++;
      onRecord(record);
      counts.set(record.customerId, (counts.get(record.customerId) ?? 0) + 1);
      if (record.type === 'IdentityLinked') links.push(linkOf(record));
      if (facts > maxFacts) held = null;
      held?.push(record);
    }
    const identities = new IdentityMap(links);
    const sizes = new Map<string, number>();
    for (const [id, count] of counts) {
      const customerId = identities.resolve(id);
      sizes.set(customerId, (sizes.get(customerId) ?? 0) + count);
    }
    const ordered = new Map([...sizes].sort(([a], [b]) => compareIds(a, b)));
    return new WholeLog(log, upTo, maxFacts, identities, ordered, held, facts);
  }

  /** Every customer who has a fact that counts. To be called once: what was held is given out. */
  async *customers(): AsyncGenerator<CustomerFacts> {
    const ids = [...this.sizes.keys()];
    for (let start = 0; start < ids.length;) {
      const end = this.held ? ids.length : this.endOfRange(ids, start);
      const range = new Map<string, CustomerFacts>();
      for (const customerId of ids.slice(start, end)) range.set(customerId, { customerId, facts: [], position: 0 });
      await this.fill(range);
      for (const customer of range.values()) if (customer.facts.length > 0) yield customer;
      start = end;
    }
  }

  private endOfRange(ids: readonly string[], start: number): number {
    let end = start;
    for (let facts = 0; end < ids.length; end++) {
      facts += this.sizes.get(ids[end])!;
      if (end > start && facts > this.maxFacts) break;
    }
    return end;
  }

  private async fill(range: ReadonlyMap<string, CustomerFacts>): Promise<void> {
    const source = this.held ?? records(this.log, this.upTo);
    this.held = null;
    for await (const record of source) {
      if (!isFact(record, this.identities)) continue;
      const customer = range.get(this.identities.resolve(record.customerId!));
      if (!customer) continue;
      customer.facts.push(asFact(record));
      customer.position = record.position;
    }
  }
}
