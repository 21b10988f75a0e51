import { CUSTOMER_FACT_TYPES, parseFact } from '@perennial/membership';
import { DEMO_SOURCE } from './demo-customer.js';
import { demoShop, simulateShop } from './demo-shop.js';

const UNTIL = Date.parse('2025-06-01T00:00:00Z');
const DAY_MS = 86_400_000;

describe('the simulated shop', () => {
  const shop = demoShop(UNTIL);
  const facts = simulateShop(shop);

  it('is the same every time, and the same shop at another time', () => {
    expect(simulateShop(shop)).toEqual(facts);
    const later = simulateShop(demoShop(UNTIL + 7 * DAY_MS));
    expect(later[0].id).toBe(facts[0].id);
    expect(later).not.toEqual(facts);
  });

  it('has 2,000 customers over 18 months', () => {
    const ids = new Set(facts.map(({ customerId }) => customerId.replace(/-browser$/, '')));
    expect(ids.size).toBe(2_000);
    const instants = facts.map(({ occurredAt }) => Date.parse(occurredAt));
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
    expect(instants.at(-1)).toBeLessThan(UNTIL);
    expect(UNTIL - instants.at(-1)!).toBeLessThan(DAY_MS);
    expect((UNTIL - instants[0]) / DAY_MS).toBeGreaterThan(500);
  });

  it('tells sound facts, each once, that say that they are simulated', () => {
    expect(facts.map((fact) => parseFact(fact, { now: UNTIL })).filter(({ ok }) => !ok)).toEqual([]);
    expect(new Set(facts.map(({ id }) => id)).size).toBe(facts.length);
    expect(new Set(facts.map(({ source }) => source))).toEqual(new Set([DEMO_SOURCE]));
    const names = facts.flatMap(({ data }) => ('profile' in data ? [data.profile?.name] : []));
    expect(names.filter((name) => !String(name).startsWith('Simulated '))).toEqual([]);
  });

  it('shows everything that a shop knows of', () => {
    const types = new Set(facts.map(({ type }) => type));
    const missing = CUSTOMER_FACT_TYPES.filter((type) => !types.has(type));
    const ofStaff =
      /^(Task|Tier|Points(Reserved|Adjusted)|Reservation|RedemptionCancelled|PersonalData|Churn|ProfileUpdated)/;
    expect(missing.filter((type) => !ofStaff.test(type))).toEqual([]);
  });
});
