import type { RfmScores } from './scores.js';

/** Lowest and highest score, both included. */
type Span = readonly [low: number, high: number];

export interface SegmentRule {
  segment: string;
  recency: Span;
  frequency: Span;
  monetary: Span;
}

const ANY: Span = [1, 5];
const rule = (segment: string, recency: Span, frequency: Span, monetary: Span): SegmentRule => ({
  segment,
  recency,
  frequency,
  monetary,
});

/** The first rule that fits names the segment; together they cover every cell. What each means: docs/metrics.md. */
export const SEGMENT_RULES = [
  rule('champions', [4, 5], [4, 5], [4, 5]),
  rule('loyal', [3, 5], [4, 5], ANY),
  rule('big-spenders', [3, 5], [1, 3], [5, 5]),
  rule('new', [5, 5], [1, 1], [1, 4]),
  rule('promising', [4, 4], [1, 1], [1, 4]),
  rule('potential-loyal', [4, 5], [2, 3], [1, 4]),
  rule('needs-attention', [3, 3], [2, 3], [1, 4]),
  rule('about-to-sleep', [3, 3], [1, 1], [1, 4]),
  rule('cannot-lose', [1, 2], [4, 5], [4, 5]),
  rule('at-risk', [1, 2], [3, 5], ANY),
  rule('hibernating', [2, 2], [1, 2], ANY),
  rule('lost', [1, 1], [1, 2], ANY),
] as const satisfies readonly SegmentRule[];

/** The segment of a cell. */
export function segmentOf({ r, f, m }: RfmScores): string {
  const found = SEGMENT_RULES.find(
    ({ recency, frequency, monetary }) => lies(r, recency) && lies(f, frequency) && lies(m, monetary),
  );
  if (!found) throw new RangeError(`No RFM segment for scores ${r}, ${f}, ${m}`);
  return found.segment;
}

function lies(score: number, [low, high]: Span): boolean {
  return score >= low && score <= high;
}
