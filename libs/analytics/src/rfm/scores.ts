import { type BuyingDay, countDays } from '../customers/buying-days.js';
import { Quintiles } from './quintiles.js';

/** Each 1–5; 5 is the most recent, the most frequent, the most valuable. */
export interface RfmScores {
  r: number;
  f: number;
  m: number;
}

/** What scores are made of: one buyer's. */
export interface BuyingSummary {
  /** Day number of the last purchase. */
  lastDay: number;
  /** Days with a purchase, whether or not same-day purchases are merged elsewhere. */
  days: number;
  /** Of all purchases, minor units. */
  value: number;
}

/** @param days of one customer. @returns null for one who never bought. */
export function summarize(days: readonly BuyingDay[]): BuyingSummary | null {
  if (days.length === 0) return null;
  const value = days.reduce((sum, day) => sum + day.value, 0);
  return { lastDay: days[days.length - 1].day, days: countDays(days), value };
}

/**
 * Recency, frequency and value of customers, scored against each other (SPEC §8, ruling 43). Keeps three numbers a
 * buyer, because cuts are known only when all have been added.
 */
export class RfmTable {
  private buyers = 0;
  private recency: Float64Array;
  private frequency: Float64Array;
  private value: Float64Array;

  /** @param today day number of the as-of instant. @param expected about how many buyers come. */
  constructor(
    private readonly today: number,
    expected = 1_024,
  ) {
    const room = Math.max(1, expected);
    this.recency = new Float64Array(room);
    this.frequency = new Float64Array(room);
    this.value = new Float64Array(room);
  }

  /**
   * @param buyer null for a customer who never bought.
   * @returns whether there was something to score: only buyers are.
   */
  add(buyer: BuyingSummary | null): boolean {
    if (buyer === null) return false;
    this.addBuyer(buyer.lastDay, buyer.days, buyer.value);
    return true;
  }

  addBuyer(lastDay: number, days: number, value: number): void {
    if (this.buyers === this.recency.length) this.grow();
    const buyer = this.buyers++;
    this.recency[buyer] = this.today - lastDay;
    this.frequency[buyer] = days;
    this.value[buyer] = value;
  }

  /** By which the buyers added so far are scored. */
  scale(): RfmScale {
    const [recency, frequency, value] = [this.recency, this.frequency, this.value].map((all) =>
      all.subarray(0, this.buyers),
    );
    return new RfmScale(this.today, recency, frequency, value);
  }

  /** In the order in which the buyers were added. */
  *scores(): Generator<RfmScores> {
    const scale = this.scale();
    for (let i = 0; i < this.buyers; i++) {
      yield scale.scores(this.today - this.recency[i], this.frequency[i], this.value[i]);
    }
  }

  /** How many buyers each cell has, by its three digits (`"545"`); empty cells are left out. */
  cells(): Record<string, number> {
    const counts = new Uint32Array(556);
    const scale = this.scale();
    for (let i = 0; i < this.buyers; i++) {
      const { r, f, m } = scale.scores(this.today - this.recency[i], this.frequency[i], this.value[i]);
      counts[r * 100 + f * 10 + m]++;
    }
    const cells: Record<string, number> = {};
    for (const [cell, buyers] of counts.entries()) if (buyers > 0) cells[cell] = buyers;
    return cells;
  }

  private grow(): void {
    this.recency = doubled(this.recency);
    this.frequency = doubled(this.frequency);
    this.value = doubled(this.value);
  }
}

function doubled(values: Float64Array): Float64Array {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}

/** Where the scores of recency, frequency and value change, over all buyers. */
export class RfmScale {
  private readonly recency: Quintiles;
  private readonly frequency: Quintiles;
  private readonly value: Quintiles;

  /** @param today day number of the as-of instant. @param recency, frequency and value of all buyers. */
  constructor(
    private readonly today: number,
    recency: ArrayLike<number>,
    frequency: ArrayLike<number>,
    value: ArrayLike<number>,
  ) {
    this.recency = new Quintiles(recency);
    this.frequency = new Quintiles(frequency);
    this.value = new Quintiles(value);
  }

  scores(lastDay: number, days: number, value: number): RfmScores {
    return {
      r: 5 - this.recency.cutsBelow(this.today - lastDay),
      f: 1 + this.frequency.cutsBelow(days),
      m: 1 + this.value.cutsBelow(value),
    };
  }
}
