import { type Fact, type FieldError, type Program, valueOrder } from '@perennial/membership';
import type { DraftHistories } from './draft.js';

/** Orders of one cause: how many, and the first of them. */
interface Unvalued {
  orders: number;
  first: string;
  /** Why the first one cannot be valued; null = the draft has no rate for its currency. */
  reason: string | null;
}

/**
 * Orders that the published program can value and the draft cannot, above all in currencies that it has no rate for.
 * Orders in the program's own currency have the same value under every program.
 */
export class UnvaluedOrders {
  private readonly byPath = new Map<string, Unvalued>();

  constructor(
    private readonly histories: DraftHistories,
    private readonly asOf: number,
  ) {}

  look(fact: Pick<Fact, 'type' | 'occurredAt' | 'data'>): void {
    if (fact.type !== 'OrderPlaced') return;
    const data = fact.data as Extract<Fact, { type: 'OrderPlaced' }>['data'];
    const { before, after } = this.histories;
    if (data.currency === undefined || data.currency === after.currency || fact.occurredAt > this.asOf) return;
    const draft = after.program(after.indexAt(fact.occurredAt));
    const published = before.program(before.indexAt(fact.occurredAt));
    if (draft === published) return;
    const refusal = valueOrder(data, draft);
    if (!('message' in refusal) || 'message' in valueOrder(data, published)) return;
    const known = hasRate(draft, data.currency);
    this.count(`program.exchangeRates.${data.currency}`, data.orderId, known ? refusal.message : null);
  }

  errors(): FieldError[] {
    return [...this.byPath].map(([path, { orders, first, reason }]) => {
      const counted = orders === 1 ? `order ${first}` : `${orders} orders, the first of them ${first}`;
      const message =
        reason === null ? `is missing and needed to value ${counted}` : `cannot value ${counted}: ${reason}`;
      return { path, message };
    });
  }

  private count(path: string, orderId: string, reason: string | null): void {
    const known = this.byPath.get(path);
    if (known) known.orders++;
    else this.byPath.set(path, { orders: 1, first: orderId, reason });
  }
}

function hasRate(program: Program, currency: string): boolean {
  return Object.hasOwn(program.exchangeRates, currency);
}
