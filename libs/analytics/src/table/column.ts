/** A number for each slot of a table, in one piece of memory that grows. */
export class Column {
  private data = new Float64Array(1_024);

  get(slot: number): number {
    return this.data[slot];
  }

  /** Of the first `count` slots. */
  first(count: number): Float64Array {
    return this.data.subarray(0, count);
  }

  set(slot: number, value: number): void {
    if (slot >= this.data.length) {
      const larger = new Float64Array(Math.max(slot + 1, this.data.length * 2));
      larger.set(this.data);
      this.data = larger;
    }
    this.data[slot] = value;
  }
}
