import fc from 'fast-check';
import { Quintiles } from './quintiles.js';

const scores = (values: number[]) => {
  const quintiles = new Quintiles(values);
  return values.map((value) => 1 + quintiles.cutsBelow(value));
};

describe('scores by quintile', () => {
  it('cuts ten different values into pairs', () => {
    expect(scores([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  });

  it('never splits ties: equal values get equal scores', () => {
    expect(scores([1, 1, 1, 1, 1, 1, 1, 2, 3, 4])).toEqual([1, 1, 1, 1, 1, 1, 1, 4, 5, 5]);
    expect(scores([7, 7, 7])).toEqual([1, 1, 1]);
  });

  it('cuts at rank ⌈n k/5⌉', () => {
    // n = 3: ranks 1, 2, 2, 3.
    expect(scores([10, 20, 30])).toEqual([1, 2, 4]);
    expect(scores([42])).toEqual([1]);
  });

  it('gives a greater value no lower score, and leaves its input as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 40 }), (values) => {
        const before = [...values];
        const given = scores(values);
        expect(values).toEqual(before);
        for (let i = 0; i < values.length; i++) {
          expect(given[i]).toBeGreaterThanOrEqual(1);
          expect(given[i]).toBeLessThanOrEqual(5);
          for (let j = 0; j < values.length; j++) if (values[i] <= values[j]) expect(given[i] <= given[j]).toBe(true);
        }
      }),
    );
  });
});
