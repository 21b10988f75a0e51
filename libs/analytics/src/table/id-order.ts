import { compareIds } from '@perennial/membership';

/** Slots, numbered as their ids come, in order of the ids: put in order only when somebody asks. */
export class IdOrder {
  private readonly ids: string[] = [];
  private readonly ordered: number[] = [];

  idAt(slot: number): string {
    return this.ids[slot];
  }

  /** The next slot. */
  add(id: string): void {
    this.ids.push(id);
  }

  /** @param after an id, whether or not somebody has it; null = from the first. */
  *slotsAfter(after: string | null): Generator<number> {
    const { ids, ordered } = this;
    this.sort();
    let low = 0;
    let high = after === null ? 0 : ordered.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareIds(ids[ordered[middle]], after!) <= 0) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < ordered.length; i++) yield ordered[i];
  }

  /** What was in order before is one run for the sort: a few new ids cost little. */
  private sort(): void {
    const { ids, ordered } = this;
    if (ordered.length === ids.length) return;
    for (let slot = ordered.length; slot < ids.length; slot++) ordered.push(slot);
    ordered.sort((a, b) => compareIds(ids[a], ids[b]));
  }
}
