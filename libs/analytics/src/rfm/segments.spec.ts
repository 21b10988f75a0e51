import { SEGMENT_RULES, segmentOf } from './segments.js';

const SCORES = [1, 2, 3, 4, 5];
const cells = SCORES.flatMap((r) => SCORES.flatMap((f) => SCORES.map((m) => ({ r, f, m }))));

describe('RFM segments', () => {
  it('cover every one of the 125 cells', () => {
    expect(cells).toHaveLength(125);
    for (const cell of cells) expect(SEGMENT_RULES.map(({ segment }): string => segment)).toContain(segmentOf(cell));
  });

  it('are each reached by some cell: no rule is hidden behind those before it', () => {
    const reached = new Set(cells.map(segmentOf));
    for (const { segment } of SEGMENT_RULES) expect(reached).toContain(segment);
  });

  it.each([
    [{ r: 5, f: 5, m: 5 }, 'champions'],
    [{ r: 3, f: 5, m: 2 }, 'loyal'],
    [{ r: 5, f: 1, m: 5 }, 'big-spenders'],
    [{ r: 5, f: 1, m: 1 }, 'new'],
    [{ r: 1, f: 5, m: 5 }, 'cannot-lose'],
    [{ r: 2, f: 3, m: 1 }, 'at-risk'],
    [{ r: 1, f: 1, m: 5 }, 'lost'],
  ])('name %j', (cell, segment) => {
    expect(segmentOf(cell)).toBe(segment);
  });

  it('refuse what is no cell', () => {
    expect(() => segmentOf({ r: 0, f: 1, m: 1 })).toThrow(RangeError);
  });
});
