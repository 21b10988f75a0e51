import { Funnel } from './funnel.js';

const bought = (...days: number[]) => days.map((day) => ({ day, orders: 1, value: 100 }));

describe('the funnel', () => {
  it('counts customers of the step before only, each within the window', () => {
    const funnel = new Funnel({ from: 10, to: 20 });
    funnel.add([10], [12], bought(19));
    funnel.add([11], [12], bought(20));
    funnel.add([11], [9], bought(11));
    funnel.add([], [12], bought(12));
    funnel.add([20], [12], bought(12));
    expect(funnel.result()).toEqual({ visit: 3, cart: 2, order: 1 });
  });

  it('takes all time without a window', () => {
    const funnel = new Funnel(null);
    funnel.add([1], [500], bought(100));
    funnel.add([1], [], bought(100));
    expect(funnel.result()).toEqual({ visit: 2, cart: 1, order: 1 });
  });
});
