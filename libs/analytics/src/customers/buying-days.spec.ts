import { buyingDays, countDays } from './buying-days.js';

const HOUR = 3_600_000;
const purchase = (day: number, value: number, hour = 12) => ({
  paidAt: day * 24 * HOUR + hour * HOUR,
  day,
  value,
});

describe('buying days', () => {
  const purchases = [purchase(10, 500, 8), purchase(10, 250, 20), purchase(12, 100)];

  it('counts purchases of one day once, with their value together', () => {
    expect(buyingDays(purchases, true)).toEqual([
      { day: 10, orders: 2, value: 750 },
      { day: 12, orders: 1, value: 100 },
    ]);
  });

  it('counts each purchase where days are not merged', () => {
    expect(buyingDays(purchases, false)).toEqual([
      { day: 10, orders: 1, value: 500 },
      { day: 10, orders: 1, value: 250 },
      { day: 12, orders: 1, value: 100 },
    ]);
  });

  it('merges a day that began twice, because clocks went back over midnight', () => {
    const days = buyingDays([purchase(11, 1), purchase(10, 2), purchase(11, 4)], true);
    expect(days).toEqual([
      { day: 10, orders: 1, value: 2 },
      { day: 11, orders: 2, value: 5 },
    ]);
  });

  it.each([true, false])('tells on how many days somebody bought (merged: %s)', (merged) => {
    expect(countDays(buyingDays(purchases, merged))).toBe(2);
  });

  it('has none without a purchase', () => {
    expect(buyingDays([], true)).toEqual([]);
  });
});
