import { dayNumber } from '@perennial/membership';
import { compress, type History, scaleTimes } from './history.js';
import { summarise } from './summarise.js';

const DAY = 86_400_000;
const purchase = (day: number, value: number) => ({ orderId: `o-${day}-${value}`, paidAt: day * DAY, day, value });

describe('a buyer’s history', () => {
  const start = dayNumber(2025, 1, 1);
  const purchases = [purchase(start, 500), purchase(start, 100), purchase(start + 10, 250), purchase(start + 10, 52)];
  purchases.push(purchase(start + 40, 1_001));
  const customer = { customerId: 'c-1', purchases };

  it('counts repeat purchase days, and takes times from the first day to the last one and to the end', () => {
    expect(summarise(customer, start + 50)).toEqual({
      customerId: 'c-1',
      x: 2,
      tx: 40,
      T: 50,
      meanValue: Math.round((302 + 1_001) / 2),
      totalValue: 1_903,
    });
  });

  it('knows nothing of what came after its end, and counts what came on its last day', () => {
    expect(summarise(customer, start + 10)).toMatchObject({ x: 1, tx: 10, T: 10, meanValue: 302, totalValue: 902 });
    expect(summarise(customer, start + 9)).toMatchObject({ x: 0, tx: 0, T: 9, meanValue: null, totalValue: 600 });
    expect(summarise(customer, start - 1)).toBeNull();
  });

  it('is none for who never bought', () => {
    expect(summarise({ customerId: 'c-2', purchases: [] }, start)).toBeNull();
  });
});

describe('a table of histories', () => {
  it('has equal histories once, with their count, in order', () => {
    const table = compress([
      { x: 1, tx: 3, T: 9 },
      { x: 0, tx: 0, T: 9 },
      { x: 1, tx: 3, T: 9 },
      { x: 1, tx: 2, T: 9 },
    ]);
    expect(table).toMatchObject({ rows: 3, customers: 4 });
    expect([...table.x]).toEqual([0, 1, 1]);
    expect([...table.tx]).toEqual([0, 2, 3]);
    expect([...table.count]).toEqual([1, 1, 2]);
    expect([...scaleTimes(table, 2).T]).toEqual([18, 18, 18]);
  });

  it.each<History>([
    { x: -1, tx: 0, T: 1 },
    { x: 1.5, tx: 1, T: 1 },
    { x: 1, tx: 2, T: 1 },
    { x: 0, tx: 1, T: 2 },
    { x: 1, tx: 0, T: 2 },
    { x: 1, tx: 1, T: Infinity },
    { x: 1, tx: NaN, T: 1 },
  ])('refuses %j', (history) => {
    expect(() => compress([history])).toThrow(RangeError);
  });
});
