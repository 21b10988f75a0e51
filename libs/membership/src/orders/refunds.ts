import type { FactDataByType } from '../facts/fact.js';
import { allocate, convert, mulDivFloor, type Rate } from './money.js';
import { type OrderLine, remainingNet } from './valuation.js';

/** Takes everything that remains off the lines. @returns the money taken. */
export function refundAll(lines: OrderLine[]): number {
  let taken = 0;
  for (const line of lines) {
    taken += remainingNet(line);
    line.refunded = line.net;
  }
  return taken;
}

/**
 * Applies one refund to an order's lines (SPEC §2, ruling 11): by units, by amount, or all that remains.
 * @returns the money taken, never more than remained.
 */
export function refund(lines: OrderLine[], data: FactDataByType['OrderRefunded'], rate: Rate | null): number {
  if (data.lines) return refundUnits(lines, data.lines);
  if (data.amount !== undefined) return refundAmount(lines, convert(data.amount, rate));
  return refundAll(lines);
}

function refundUnits(lines: OrderLine[], units: readonly { sku: string; quantity: number }[]): number {
  let taken = 0;
  for (const { sku, quantity } of units) {
    let left = quantity;
    for (const line of lines) {
      if (left === 0) break;
      if (line.sku !== sku) continue;
      const count = Math.min(left, line.quantity - line.refundedUnits);
      if (count === 0) continue;
      left -= count;
      line.refundedUnits += count;
      const due =
        line.refundedUnits === line.quantity ? line.net : mulDivFloor(line.net, line.refundedUnits, line.quantity);
      const take = Math.max(0, due - line.refunded);
      line.refunded += take;
      taken += take;
    }
  }
  return taken;
}

function refundAmount(lines: OrderLine[], amount: number): number {
  const remaining = lines.map(remainingNet);
  const taken = Math.min(
    amount,
    remaining.reduce((a, b) => a + b, 0),
  );
  const shares = allocate(taken, remaining);
  lines.forEach((line, index) => (line.refunded += shares[index]));
  return taken;
}
