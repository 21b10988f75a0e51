import { seededRandom, type SeededRandom } from '../../histories/seeded-random.js';

/** Everything that chance decides in a run, the same for the same seed. */
export class Dice {
  private readonly random: SeededRandom;

  constructor(seed: number) {
    // Neighbouring seeds must not begin alike.
    this.random = seededRandom(Math.imul(seed + 1, 0x9e3779b1));
  }

  chance(probability: number): boolean {
    return probability > 0 && this.random.uniform() < probability;
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.random.uniform() * (max - min + 1));
  }

  pick<T>(of: readonly T[]): T {
    return of[this.int(0, of.length - 1)];
  }
}
