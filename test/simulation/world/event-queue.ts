interface Entry {
  at: number;
  order: number;
  run: () => boolean | void;
}

/** What is still to happen, soonest first; what is due at one instant happens in the order in which it was planned. */
export class EventQueue {
  private readonly heap: Entry[] = [];
  private planned = 0;

  push(at: number, run: Entry['run']): void {
    const { heap } = this;
    const entry = { at, order: this.planned++, run };
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, heap[parent])) break;
      heap[index] = heap[parent];
      index = parent;
    }
    heap[index] = entry;
  }

  /** When the next thing happens; Infinity = never. */
  get nextAt(): number {
    return this.heap[0]?.at ?? Infinity;
  }

  pop(): Entry | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.sink(last);
    return first;
  }

  private sink(entry: Entry): void {
    const { heap } = this;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (!isBefore(heap[child], entry)) break;
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = entry;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
