import { rfm } from './rfm.js';

const TODAY = 1_000;

/** A customer who bought on these days for that value each. */
const customer = (customerId: string, days: number[], value = 100) => ({
  customerId,
  purchases: days.map((day, i) => ({ paidAt: day * 86_400_000 + i, day, value })),
});

describe('RFM', () => {
  it('scores recent, frequent and valuable customers high, in order of customerId', () => {
    const rows = rfm(
      [
        customer('c-5', [990, 995, 998, 999, 1_000], 900),
        customer('c-4', [900, 910, 920, 940], 500),
        customer('c-3', [850, 860, 870], 300),
        customer('c-2', [790, 800], 200),
        customer('c-1', [500], 100),
        customer('c-0', []),
      ],
      TODAY,
    );
    expect(rows).toEqual([
      { customerId: 'c-1', r: 1, f: 1, m: 1, segment: 'lost' },
      { customerId: 'c-2', r: 2, f: 2, m: 2, segment: 'hibernating' },
      { customerId: 'c-3', r: 3, f: 3, m: 3, segment: 'needs-attention' },
      { customerId: 'c-4', r: 4, f: 4, m: 4, segment: 'champions' },
      { customerId: 'c-5', r: 5, f: 5, m: 5, segment: 'champions' },
    ]);
  });

  it('counts a day with several purchases once', () => {
    const rows = rfm([customer('a', [10, 10, 10]), customer('b', [10, 11])], TODAY);
    expect(rows.map(({ customerId, f }) => [customerId, f])).toEqual([
      ['a', 1],
      ['b', 3],
    ]);
  });

  it('gives equal customers equal scores', () => {
    const rows = rfm(
      ['d', 'a', 'c', 'b'].map((id) => customer(id, [700])),
      TODAY,
    );
    expect(rows.map(({ customerId }) => customerId)).toEqual(['a', 'b', 'c', 'd']);
    expect(new Set(rows.map(({ r, f, m }) => `${r}${f}${m}`)).size).toBe(1);
  });

  it('has no rows without a buyer', () => {
    expect(rfm([customer('a', [])], TODAY)).toEqual([]);
  });
});
