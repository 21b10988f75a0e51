import type { FactDataByType } from '../facts/fact.js';
import type { Program } from '../program/program.js';
import { allocate, convert, exactRate, OverflowError, type Rate, safe } from './money.js';

/** A line of a valued order; money in minor units of the program's currency (SPEC §2). */
export interface OrderLine {
  sku: string | null;
  category: string | null;
  quantity: number;
  /** After its discount and its share of the order's discount. */
  net: number;
  /** Units refunded by name; refunds by amount use up none (ruling 11). */
  refundedUnits: number;
  /** Money refunded, in whatever way. */
  refunded: number;
}

export interface Valuation {
  lines: OrderLine[];
  /** Σ line nets: no shipping, no tax. */
  value: number;
}

/** Why an order cannot be valued, and so is not taken. */
export interface ValuationRefusal {
  path: string;
  message: string;
}

/** The rate for an order's currency; null = no conversion; undefined = the program has none. */
export function rateFor(currency: string | undefined, program: Program): Rate | null | undefined {
  if (currency === undefined || currency === program.currency) return null;
  const rate = Object.hasOwn(program.exchangeRates, currency) ? program.exchangeRates[currency] : undefined;
  return rate === undefined ? undefined : exactRate(rate);
}

/**
 * Values an order under the program in force at its occurredAt (SPEC §0 Money, §2, rulings 8, 9, 12).
 * @returns the lines with their nets, or why the order is refused.
 */
export function valueOrder(data: FactDataByType['OrderPlaced'], program: Program): Valuation | ValuationRefusal {
  const rate = rateFor(data.currency, program);
  if (rate === undefined) {
    return {
      path: 'data.currency',
      message: `the program has no exchange rate for ${data.currency}; publish a version with exchangeRates.${data.currency}`,
    };
  }
  try {
    return valueLines(data, rate);
  } catch (error) {
    if (error instanceof OverflowError)
      return { path: 'data', message: `the order's value is too large: ${error.message}` };
    throw error;
  }
}

function valueLines(data: FactDataByType['OrderPlaced'], rate: Rate | null): Valuation | ValuationRefusal {
  const lines: OrderLine[] = [];
  const bases: number[] = [];
  let total = 0;
  for (const [index, line] of (data.lines ?? []).entries()) {
    const gross = safe(line.quantity * convert(line.unitPrice, rate));
    const base = gross - convert(line.discount ?? 0, rate);
    if (base < 0)
      return { path: `data.lines[${index}].discount`, message: 'the discount is larger than the line itself' };
    lines.push(orderLine(line.sku, line.category ?? null, line.quantity, base));
    bases.push(base);
    total = safe(total + base);
  }
  if (data.amount !== undefined) {
    total = convert(data.amount, rate);
    lines.push(orderLine(null, null, 1, total));
    bases.push(total);
  }
  const discount = convert(data.orderDiscount ?? 0, rate);
  if (discount > total)
    return { path: 'data.orderDiscount', message: 'the order discount is larger than the order itself' };
  if (discount > 0) {
    const shares = allocate(discount, bases);
    lines.forEach((line, index) => (line.net -= shares[index]));
  }
  return { lines, value: total - discount };
}

function orderLine(sku: string | null, category: string | null, quantity: number, net: number): OrderLine {
  return { sku, category, quantity, net, refundedUnits: 0, refunded: 0 };
}

export function remainingNet(line: OrderLine): number {
  return line.net - line.refunded;
}
