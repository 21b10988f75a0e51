import type { Sign } from '../sign.js';

/** Numbers of days, kept as counts per length: the memory is that of the different lengths, not of all values. */
export class DayHistogram {
  private readonly counts = new Map<number, number>();
  private sum = 0;
  /** How many were added. */
  count = 0;

  add(days: number, sign: Sign = 1): void {
    this.counts.set(days, (this.counts.get(days) ?? 0) + sign);
    this.sum += sign * days;
    this.count += sign;
  }

  /** How many are at most `days` (within N days is ≤ N, ruling 40). */
  countWithin(days: number): number {
    let within = 0;
    for (const [length, count] of this.counts) if (length <= days) within += count;
    return within;
  }

  /** In days; null when nothing was added. */
  mean(): number | null {
    return this.count === 0 ? null : this.sum / this.count;
  }

  /** In days; of an even number the mean of the middle two (ruling 40); null when nothing was added. */
  median(): number | null {
    if (this.count === 0) return null;
    const lengths = [...this.counts.keys()].sort((a, b) => a - b);
    const lower = this.atRank(lengths, Math.ceil(this.count / 2));
    return this.count % 2 === 1 ? lower : (lower + this.atRank(lengths, this.count / 2 + 1)) / 2;
  }

  /** @param rank from 1. */
  private atRank(lengths: readonly number[], rank: number): number {
    let passed = 0;
    for (const length of lengths) {
      passed += this.counts.get(length)!;
      if (passed >= rank) return length;
    }
    throw new RangeError(`Rank ${rank} of ${this.count}`);
  }
}
