import type { MemberState } from '@perennial/membership';
import { Comparison } from './comparison.js';

const points = (available: number, debt = 0) => ({ available, pending: 0, reserved: 0, debt }) as MemberState['points'];

describe('who is better off and who worse', () => {
  it('names the 20 members with the greatest differences, of equal ones those that came first', () => {
    const comparison = new Comparison();
    for (let n = 0; n < 50; n++) {
      comparison.addPoints(`up-${n}`, points(100), points(100 + Math.floor(n / 2)));
      comparison.addPoints(`down-${n}`, points(n), points(0, n));
    }
    const { gain, lose } = comparison.points();
    expect(gain).toHaveLength(20);
    expect(gain.slice(0, 3)).toEqual([
      { customerId: 'up-48', before: 100, after: 124, difference: 24 },
      { customerId: 'up-49', before: 100, after: 124, difference: 24 },
      { customerId: 'up-46', before: 100, after: 123, difference: 23 },
    ]);
    expect(lose.map(({ difference }) => difference)).toEqual(Array.from({ length: 20 }, (_, i) => -2 * (49 - i)));
  });

  it('counts who moves from which tier to which, and who stays', () => {
    const comparison = new Comparison();
    const moves: [string | null, string | null][] = [
      ['base', 'gold'],
      ['gold', 'gold'],
      ['base', 'base'],
      ['base', 'gold'],
      [null, 'base'],
      [null, null],
    ];
    moves.forEach(([from, to], n) => comparison.addTiers(`c-${n}`, from, to));
    expect(comparison.tierMoves(['base', 'gold'])).toEqual({
      matrix: [
        { from: null, to: 'base', members: 1 },
        { from: 'base', to: 'base', members: 1 },
        { from: 'base', to: 'gold', members: 2 },
        { from: 'gold', to: 'gold', members: 1 },
      ],
      moved: 3,
      members: [
        { customerId: 'c-0', from: 'base', to: 'gold' },
        { customerId: 'c-3', from: 'base', to: 'gold' },
        { customerId: 'c-4', from: null, to: 'base' },
      ],
    });
  });
});
