import { Zone } from '@perennial/membership';
import { lastRun, nextRun } from './night-times.js';

const shanghai = Zone.of('Asia/Shanghai');
const berlin = Zone.of('Europe/Berlin');

describe('the time of the nightly run', () => {
  it('is an hour of the program’s zone', () => {
    const three = Date.parse('2025-05-01T03:00:00+08:00');
    expect(nextRun(three - 1, shanghai, 3)).toBe(three);
    expect(nextRun(three, shanghai, 3)).toBe(Date.parse('2025-05-02T03:00:00+08:00'));
    expect(lastRun(three, shanghai, 3)).toBe(three);
    expect(lastRun(three - 1, shanghai, 3)).toBe(Date.parse('2025-04-30T03:00:00+08:00'));
  });

  it('comes once a day where clocks are changed too', () => {
    let runs = 0;
    const end = Date.parse('2025-04-02T12:00:00Z');
    for (let t = Date.parse('2025-03-28T12:00:00Z'); t < end; runs++) {
      const next = nextRun(t, berlin, 3);
      expect(next).toBeGreaterThan(t);
      expect(lastRun(next, berlin, 3)).toBe(next);
      t = next;
    }
    expect(runs).toBe(6);
  });
});
