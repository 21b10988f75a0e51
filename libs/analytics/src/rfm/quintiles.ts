/**
 * Scores 1–5 by quantile cuts (SPEC §8, ruling 43): cut k is the value at rank ⌈n k/5⌉ of the sorted values, and a
 * value scores 1 + the cuts below it. Equal values get equal scores.
 */
export class Quintiles {
  private readonly cuts: readonly number[];

  /** @param values of all customers, in any order; they are left as they are. */
  constructor(values: ArrayLike<number>) {
    const copy = new Float64Array(values);
    const cuts = copy.length === 0 ? [] : [1, 2, 3, 4];
    let from = 0;
    this.cuts = cuts.map((k) => {
      const rank = Math.ceil((copy.length * k) / 5) - 1;
      select(copy, from, rank);
      // What stands before is no greater, so the next cut is looked for behind.
      from = rank;
      return copy[rank];
    });
  }

  /** How many cuts lie below the value, 0–4. */
  cutsBelow(value: number): number {
    let below = 0;
    for (let i = 0; i < this.cuts.length; i++) if (this.cuts[i] < value) below++;
    return below;
  }
}

/**
 * Puts the value that sorting would put at `rank` there, with none greater before it and none less behind, in time that
 * grows with the number of values (Hoare's selection): sorting them all would take several times as long.
 */
function select(values: Float64Array, from: number, rank: number): void {
  let low = from;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swapped = values[i];
      values[i++] = values[j];
      values[j--] = swapped;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else return;
  }
}
