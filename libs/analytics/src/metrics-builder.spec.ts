import { dayNumber, DEFAULT_PROGRAM, ProgramHistory } from '@perennial/membership';
import type { CustomerSnapshot } from './customers/customer-snapshot.js';
import { MetricsBuilder } from './metrics-builder.js';
import type { DayWindow } from './repurchase/window.js';

const program = { ...structuredClone(DEFAULT_PROGRAM), timeZone: 'Europe/Berlin' };
const programs = new ProgramHistory([{ version: 1, effectiveFrom: null, program }]);
const asOf = Date.parse('2025-06-01T00:00:00Z');
const totals = { earned: 0, adjustedUp: 0, adjustedDown: 0, redeemed: 0, restored: 0, expired: 0, clawedBack: 0 };
const january: DayWindow = { from: dayNumber(2025, 1, 1), to: dayNumber(2025, 2, 1) };

function buyer(customerId: string, ...dates: [month: number, date: number, value: number][]): CustomerSnapshot {
  const purchases = dates.map(([month, date, value], i) => {
    const day = dayNumber(2025, month, date);
    return { paidAt: programs.zone.startOfDay(day) + i, day, value };
  });
  const points = { available: 0, pending: 0, reserved: 0, debt: 0, totals };
  const nothing = { visitDays: [], cartDays: [], steps: [], abandonedCarts: 0 };
  return { customerId, enrolled: true, tier: 'bronze', stage: 'loyal', points, purchases, ...nothing };
}

const customers = [
  buyer('c-1', [1, 5, 1_000], [1, 5, 500], [2, 10, 700]),
  buyer('c-2', [1, 20, 2_000]),
  buyer('c-3', [3, 1, 300]),
  buyer('c-4'),
];

function metrics(window: DayWindow | null, mergeSameDay?: boolean) {
  const builder = new MetricsBuilder({ asOf, window, mergeSameDay, programs, version: 0 });
  for (const customer of customers) builder.add(customer);
  return builder.result();
}

describe('the metrics of a program', () => {
  it('have the keys of SPEC Appendix D, in its order', () => {
    expect(Object.keys(metrics(null)).join(' ')).toBe(
      'asOf window mergeSameDay customers enrolled buyers purchases orders value aov repeatBuyers repeatRate buyersEver ' +
        'repeatWithin timeToSecond interval windowToWindow churn reactivation funnel lifetimeValue cohorts stages tiers ' +
        'liability totals abandonedCarts rfm steps',
    );
  });

  it('write the bounds of windows as instants of the program’s zone', () => {
    const { asOf: at, window, windowToWindow } = metrics(january);
    expect(at).toBe('2025-06-01T00:00:00.000Z');
    expect(window).toEqual({ from: '2024-12-31T23:00:00.000Z', to: '2025-01-31T23:00:00.000Z' });
    expect(windowToWindow).toEqual({
      ...window,
      from2: '2025-01-31T23:00:00.000Z',
      to2: '2025-02-28T23:00:00.000Z',
      buyers: 2,
      returning: 1,
      rate: 0.5,
    });
  });

  it('are of the window, or of all time where there is none', () => {
    expect(metrics(january)).toMatchObject({ buyers: 2, purchases: 2, orders: 3, value: 3_500, repeatBuyers: 0 });
    expect(metrics(january)).toMatchObject({ customers: 4, buyersEver: 3, churn: { within: 0 } });
    expect(metrics(null)).toMatchObject({ buyers: 3, purchases: 4, orders: 4 + 1, value: 4_500, repeatBuyers: 1 });
    expect(metrics(null)).toMatchObject({ window: null, windowToWindow: null, churn: null, reactivation: null });
  });

  it('take same-day purchases apart when asked, but for the frequency of RFM', () => {
    const apart = metrics(january, false);
    expect(apart).toMatchObject({ mergeSameDay: false, purchases: 3, orders: 3, repeatBuyers: 1 });
    expect(apart.timeToSecond).toEqual({ median: 0, mean: 0, count: 1 });
    expect(apart.rfm).toEqual(metrics(january).rfm);
  });

  it('of nobody are zeros and nulls', () => {
    const none = new MetricsBuilder({ asOf, window: january, programs, version: 0 }).result();
    expect(none).toMatchObject({
      customers: 0,
      buyers: 0,
      aov: null,
      repeatRate: null,
      cohorts: [],
      rfm: {},
      steps: {},
    });
    expect(none.tiers).toEqual({ bronze: 0, silver: 0, gold: 0, diamond: 0 });
  });

  it('refuse a window that ends before it starts, and an empty one', () => {
    for (const to of [january.from, january.from - 1]) {
      expect(() => metrics({ from: january.from, to })).toThrow(RangeError);
    }
  });
});
