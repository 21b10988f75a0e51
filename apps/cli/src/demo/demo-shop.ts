import type { FactJson } from '@perennial/membership';
import { Chance } from './demo-chance.js';
import { DemoCustomer } from './demo-customer.js';

const DAY_MS = 86_400_000;

export interface DemoShop {
  customers: number;
  /** Its last instant, UTC ms. Nothing happens at it or later. */
  until: number;
  /** How long it has been open, days. */
  days: number;
}

/** Another seed is another shop. */
const SEED = 20_250_101;

/** The shop that `perennial demo` makes: 2,000 customers over 18 months. */
export function demoShop(until: number): DemoShop {
  return { customers: 2_000, until, days: 548 };
}

/**
 * Everything that happens in a simulated shop, in order. The same shop comes out the same every time; another `until` is
 * the same shop at another time.
 */
export function simulateShop({ customers, until, days }: DemoShop): FactJson[] {
  const chance = new Chance(SEED);
  const opened = until - days * DAY_MS;
  const facts: FactJson[] = [];
  for (let n = 1; n <= customers; n++) {
    const id = `sim-${String(n).padStart(4, '0')}`;
    // The shop grows: more customers come late than early.
    const arrives = opened + Math.sqrt(chance.next()) * (days - 3) * DAY_MS;
    facts.push(...new DemoCustomer(id, SEED + n, until).live(arrives));
  }
  return facts.sort(inOrder);
}

function inOrder(a: FactJson, b: FactJson): number {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt < b.occurredAt ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
