import type { MemberState } from '@perennial/membership';
import type { PointsDifference, TierMoves } from './report.js';

const MOST_NAMED = 20;
const MOST_MOVERS = 10_000;

/** Who is better off and who worse, customer by customer in order of customerId. */
export class Comparison {
  private readonly matrix = new Map<string, TierMoves['matrix'][number]>();
  private readonly movers: TierMoves['members'] = [];
  private moved = 0;
  private readonly gain: PointsDifference[] = [];
  private readonly lose: PointsDifference[] = [];

  /** Effective tiers; null = no member. */
  addTiers(customerId: string, from: string | null, to: string | null): void {
    if (from === null && to === null) return;
    const key = JSON.stringify([from, to]);
    const cell = this.matrix.get(key);
    if (cell) cell.members++;
    else this.matrix.set(key, { from, to, members: 1 });
    if (from === to) return;
    this.moved++;
    if (this.movers.length < MOST_MOVERS) this.movers.push({ customerId, from, to });
  }

  addPoints(customerId: string, was: MemberState['points'], is: MemberState['points']): void {
    const before = balanceOf(was);
    const after = balanceOf(is);
    const difference = after - before;
    if (difference > 0) keepGreatest(this.gain, { customerId, before, after, difference });
    if (difference < 0) keepGreatest(this.lose, { customerId, before, after, difference });
  }

  /** @param tiers ids in the order in which the matrix lists them. */
  tierMoves(tiers: readonly string[]): TierMoves {
    const place = (tier: string | null) => (tier === null ? -1 : tiers.indexOf(tier));
    const matrix = [...this.matrix.values()].sort((a, b) => place(a.from) - place(b.from) || place(a.to) - place(b.to));
    return { matrix, moved: this.moved, members: this.movers };
  }

  points(): { gain: PointsDifference[]; lose: PointsDifference[] } {
    return { gain: this.gain, lose: this.lose };
  }
}

function balanceOf({ available, pending, reserved, debt }: MemberState['points']): number {
  return available + pending + reserved - debt;
}

/** Keeps the list sorted and short; of equal differences the one that came first stays ahead. */
function keepGreatest(list: PointsDifference[], item: PointsDifference): void {
  const size = Math.abs(item.difference);
  if (list.length === MOST_NAMED && Math.abs(list[MOST_NAMED - 1].difference) >= size) return;
  let place = list.length;
  while (place > 0 && Math.abs(list[place - 1].difference) < size) place--;
  list.splice(place, 0, item);
  if (list.length > MOST_NAMED) list.pop();
}
