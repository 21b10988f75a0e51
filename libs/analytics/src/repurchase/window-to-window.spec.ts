import { WindowToWindow } from './window-to-window.js';

const on = (...days: number[]) => days.map((day) => ({ day, orders: 1, value: 100 }));

describe('from window to window', () => {
  it('counts the buyers of the first who buy in the second', () => {
    const rate = new WindowToWindow({ from: 10, to: 20 });
    for (const days of [on(10, 29), on(19), on(12, 30), on(9, 20), on(15, 20), on()]) rate.add(days);
    expect(rate.second).toEqual({ from: 20, to: 30 });
    expect(rate.result()).toEqual({ buyers: 4, returning: 2, rate: 0.5 });
  });

  it('has no rate without buyers', () => {
    expect(new WindowToWindow({ from: 10, to: 20 }).result()).toEqual({ buyers: 0, returning: 0, rate: null });
  });
});
