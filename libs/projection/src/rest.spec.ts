import type { LogRecord } from '@perennial/event-log';
import { restAfter } from './rest.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');

function recordedAgo(...agesMs: number[]): LogRecord[] {
  return agesMs.map((ageMs) => ({ recordedAt: NOW - ageMs }) as LogRecord);
}

describe('the rest behind a batch', () => {
  it('is in proportion to the work, so that a fact that comes alone is not kept waiting', () => {
    expect(restAfter(recordedAgo(10), 2, NOW)).toBe(8);
  });

  it('is bounded', () => {
    expect(restAfter(recordedAgo(10), 60_000, NOW)).toBe(2_000);
  });

  it('is none for history and for who is behind, whatever of the batch is old', () => {
    expect(restAfter(recordedAgo(86_400_000), 100, NOW)).toBe(0);
    expect(restAfter(recordedAgo(9_000, 4_000), 100, NOW)).toBe(0);
    expect(restAfter(recordedAgo(9_000, 1_000), 100, NOW)).toBe(400);
  });

  it('is none where the clocks of two machines disagree by so much that nothing is known', () => {
    expect(restAfter(recordedAgo(-60_000), 100, NOW)).toBe(0);
  });
});
