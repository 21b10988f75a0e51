/** Facts as tests send them, dated a while ago unless they say when. */

let made = 0;

/** A name that was not used before. */
export function fresh(prefix: string): string {
  return `${prefix}-${process.pid}-${made++}`;
}

export function ago(ms: number): string {
  return new Date(Date.now() - ms).toISOString();
}

export function fact(type: string, customerId: string, data: object, overrides: object = {}) {
  return { id: fresh('m'), type, customerId, occurredAt: ago(60_000), source: 'test', data, ...overrides };
}

export function order(customerId: string, amount = 10_000, overrides: object = {}) {
  return fact('OrderPlaced', customerId, { orderId: fresh('o'), payment: 'paid', amount }, overrides);
}
