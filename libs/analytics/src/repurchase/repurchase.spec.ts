import { Repurchase } from './repurchase.js';
import type { DayWindow } from './window.js';

const on = (day: number, value = 1_000, orders = 1) => ({ day, orders, value });

function given(window: DayWindow | null, ...customers: ReturnType<typeof on>[][]): Repurchase {
  const repurchase = new Repurchase(window);
  for (const days of customers) repurchase.add(days);
  return repurchase;
}

describe('buyers and purchases', () => {
  const customers = [[on(5), on(12, 3_000, 2), on(15)], [on(12, 500)], [on(30)], []];

  it('count in the window what was bought in it', () => {
    expect(given({ from: 10, to: 20 }, ...customers).inWindow()).toEqual({
      buyers: 2,
      purchases: 3,
      orders: 4,
      value: 4_500,
      aov: 1_500,
      repeatBuyers: 1,
      repeatRate: 0.5,
    });
  });

  it('count everything without one', () => {
    const all = given(null, ...customers).inWindow();
    expect(all).toMatchObject({ buyers: 3, purchases: 5, orders: 6, value: 6_500, repeatBuyers: 1, repeatRate: 1 / 3 });
  });

  it('have neither mean nor rate where nobody bought', () => {
    const none = given({ from: 100, to: 200 }, ...customers).inWindow();
    expect(none).toMatchObject({ buyers: 0, value: 0, aov: null, repeatRate: null });
  });
});

describe('coming back', () => {
  const customers = [[on(0), on(30)], [on(0), on(31), on(41)], [on(7)], []];

  it('is counted within N days of the first purchase, as a share of all buyers ever, whatever the window', () => {
    const { repeatWithin, buyersEver } = given({ from: 100, to: 200 }, ...customers).ever();
    expect(buyersEver).toBe(3);
    expect(repeatWithin['30']).toEqual({ count: 1, share: 1 / 3 });
    expect(repeatWithin['60']).toEqual({ count: 2, share: 2 / 3 });
    expect(Object.keys(repeatWithin)).toEqual(['30', '60', '90', '180', '365']);
  });

  it('takes the time to the second purchase, and intervals between all', () => {
    const { timeToSecond, interval } = given(null, ...customers).ever();
    expect(timeToSecond).toEqual({ median: 30.5, mean: 30.5, count: 2 });
    expect(interval).toEqual({ median: 30, mean: 71 / 3, count: 3 });
  });

  it('takes no days where same-day purchases are not merged', () => {
    const { timeToSecond, repeatWithin } = given(null, [on(4), on(4)]).ever();
    expect(timeToSecond).toEqual({ median: 0, mean: 0, count: 1 });
    expect(repeatWithin['30'].count).toBe(1);
  });

  it('gives the historic lifetime value: all value ÷ all buyers', () => {
    expect(given(null, ...customers).ever().lifetimeValue).toEqual({ value: 6_000, buyers: 3, historic: 2_000 });
    expect(given(null).ever().lifetimeValue).toEqual({ value: 0, buyers: 0, historic: null });
  });
});
