import {
  checkChoice,
  checkCurrency,
  checkId,
  checkMoney,
  checkQuantity,
  checkString,
  checkText,
  isJsonObject,
  type JsonObject,
} from './field-checks.js';
import { type Errors, refuse, refuseUnder, refuseValue } from './field-error.js';
import type { LineData } from './fact.js';

/** Data of facts about carts and orders (SPEC §2, Appendix A, rulings 11 and 12). */

const PAYMENTS = ['paid', 'pending'] as const;

export function checkCart(data: JsonObject): Errors {
  let errors = checkId(undefined, data.cartId, 'cartId');
  if (data.currency !== undefined) errors = checkCurrency(errors, data.currency, 'currency');
  errors = checkList(errors, data.lines, checkLine);
  return errors ?? checkTotal(undefined, grossOf(data.lines as LineData[]), 'lines');
}

export function checkOrder(data: JsonObject): Errors {
  let errors = checkId(undefined, data.orderId, 'orderId');
  errors = checkChoice(errors, data.payment, 'payment', PAYMENTS);
  if (data.orderDiscount !== undefined) errors = checkMoney(errors, data.orderDiscount, 'orderDiscount');
  if (data.shipping !== undefined) errors = checkMoney(errors, data.shipping, 'shipping');
  if (data.tax !== undefined) errors = checkMoney(errors, data.tax, 'tax');
  if (data.currency !== undefined) errors = checkCurrency(errors, data.currency, 'currency');
  if (data.channel !== undefined) errors = checkString(errors, data.channel, 'channel');
  if (data.cartId !== undefined) errors = checkId(errors, data.cartId, 'cartId');
  errors = checkPrice(errors, data);
  if (errors !== undefined) return errors;
  const goods = data.lines === undefined ? (data.amount as number) : grossOf(data.lines as LineData[]);
  const extras = ((data.shipping as number | undefined) ?? 0) + ((data.tax as number | undefined) ?? 0);
  return checkTotal(undefined, goods + extras, data.lines === undefined ? 'amount' : 'lines');
}

function checkPrice(errors: Errors, data: JsonObject): Errors {
  if (data.lines === undefined) {
    if (data.amount !== undefined) return checkMoney(errors, data.amount, 'amount');
    return refuse(errors, 'lines', 'is missing: give the lines of the order, or its amount');
  }
  if (data.amount !== undefined) return refuse(errors, 'amount', 'cannot stand beside lines: give one of the two');
  errors = checkList(errors, data.lines, checkLine);
  return isEmptyList(data.lines)
    ? refuse(errors, 'lines', 'must not be empty: give lines, or the amount instead')
    : errors;
}

/** `OrderPaid`, `OrderFulfilled`, `OrderCancelled`. */
export function checkOrderReference(data: JsonObject): Errors {
  return checkId(undefined, data.orderId, 'orderId');
}

export function checkRefund(data: JsonObject): Errors {
  let errors = checkId(undefined, data.refundId, 'refundId');
  errors = checkId(errors, data.orderId, 'orderId');
  if (data.amount !== undefined) errors = checkMoney(errors, data.amount, 'amount');
  if (data.lines === undefined) return errors;
  errors = checkList(errors, data.lines, checkRefundLine);
  if (isEmptyList(data.lines))
    errors = refuse(errors, 'lines', 'must not be empty: leave it out to refund all that remains');
  return data.amount === undefined
    ? errors
    : refuse(errors, 'amount', 'cannot stand beside lines: give one of the two');
}

function checkLine(line: JsonObject): Errors {
  let errors = checkText(undefined, line.sku, 'sku');
  if (line.category !== undefined) errors = checkString(errors, line.category, 'category');
  errors = checkQuantity(errors, line.quantity, 'quantity');
  errors = checkMoney(errors, line.unitPrice, 'unitPrice');
  return line.discount === undefined ? errors : checkMoney(errors, line.discount, 'discount');
}

function checkRefundLine(line: JsonObject): Errors {
  return checkQuantity(checkText(undefined, line.sku, 'sku'), line.quantity, 'quantity');
}

function checkList(errors: Errors, lines: unknown, check: (line: JsonObject) => Errors): Errors {
  if (!Array.isArray(lines)) return refuseValue(errors, 'lines', lines, 'a list of lines');
  for (let i = 0; i < lines.length; i++) {
    const line: unknown = lines[i];
    const found = isJsonObject(line)
      ? check(line)
      : refuseValue(undefined, '', line, 'an object with sku and quantity');
    if (found !== undefined) errors = refuseUnder(errors, `lines[${i}]`, found);
  }
  return errors;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Σ quantity × unitPrice; beyond safe integers it is inexact, but never rounds down into them. */
function grossOf(lines: readonly LineData[]): number {
  let gross = 0;
  for (const line of lines) gross += line.quantity * line.unitPrice;
  return gross;
}

function checkTotal(errors: Errors, total: number, path: string): Errors {
  if (total <= Number.MAX_SAFE_INTEGER) return errors;
  return refuse(errors, path, 'come to more than can be counted exactly: check quantities and prices (minor units)');
}
