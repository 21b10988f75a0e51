import { ChurnRates } from './churn-rates.js';

const WINDOW = { from: 1_000, to: 1_100 };
const AT_RISK = 90;

/** One customer who bought on these days. */
function rates(days: number[], begun = 5_000) {
  const churn = new ChurnRates(WINDOW, AT_RISK, begun);
  churn.add(days.map((day) => ({ day, orders: 1, value: 100 })));
  const { churn: c, reactivation: r } = churn.result();
  return { within: c.within, passed: c.passed, beyond: r.beyond, bought: r.bought };
}

describe('churn and reactivation of a customer in a window', () => {
  it.each([
    ['never bought', [], { within: 0, passed: 0, beyond: 0, bought: 0 }],
    ['within at the start, then silent', [950], { within: 1, passed: 1, beyond: 1, bought: 0 }],
    ['within at the start, buys in time', [950, 1_040], { within: 1, passed: 0, beyond: 0, bought: 0 }],
    ['passes and comes back on the very day', [950, 1_041], { within: 1, passed: 1, beyond: 1, bought: 1 }],
    ['within on the window’s first day for the last time', [910], { within: 1, passed: 1, beyond: 1, bought: 0 }],
    ['beyond since the window’s first day', [909], { within: 0, passed: 0, beyond: 1, bought: 0 }],
    ['beyond before, comes back', [500, 1_000], { within: 0, passed: 0, beyond: 1, bought: 1 }],
    ['beyond before, comes back after the window', [500, 1_100], { within: 0, passed: 0, beyond: 1, bought: 0 }],
    ['passes after the window', [950, 1_009], { within: 1, passed: 0, beyond: 0, bought: 0 }],
    ['buys in the window and passes later in it', [920, 1_005], { within: 1, passed: 1, beyond: 1, bought: 0 }],
    ['first buys in the window and passes in it', [1_000], { within: 0, passed: 0, beyond: 1, bought: 0 }],
    ['first buys in the window', [1_050], { within: 0, passed: 0, beyond: 0, bought: 0 }],
    ['first buys after the window', [1_100], { within: 0, passed: 0, beyond: 0, bought: 0 }],
  ])('%s', (_, days, expected) => {
    // 1,005 + 91 = 1,096 lies in the window, 1,009 + 91 = 1,100 does not.
    expect(rates(days)).toEqual(expected);
  });

  it('knows nothing of days that have not begun yet', () => {
    expect(rates([950], 1_040)).toEqual({ within: 1, passed: 0, beyond: 0, bought: 0 });
    expect(rates([950], 1_041)).toEqual({ within: 1, passed: 1, beyond: 1, bought: 0 });
  });

  it('has no rates without customers', () => {
    const { churn, reactivation } = new ChurnRates(WINDOW, AT_RISK, 5_000).result();
    expect([churn.rate, reactivation.rate]).toEqual([null, null]);
  });
});
