import type { BoundMap } from './bound-map.js';
import { CellError, type RowContext } from './template.js';

/** Rows that belong together, as far as they have come. */
export interface RowGroup {
  /** The first row's line and cells, and what the rows gave for each `$rows`. */
  first: RowContext & { lists: unknown[][] };
  lines: number[];
  /** Why the group can make no fact: its facts would be wrong without the row that this speaks of. */
  broken: { line: number; column: string; message: string } | null;
}

/** Groups whose rows may still come: rows of one that are this many groups apart are not put together. */
const MOST_OPEN = 64;
const MOST_ROWS = 10_000;

/**
 * Puts rows of one key together. They need not follow each other, but memory is bounded: of more than `MOST_OPEN` groups
 * at once the one that was not added to for longest is taken for whole.
 */
export class RowGroups {
  readonly #map: BoundMap;
  readonly #group: NonNullable<BoundMap['group']>;
  readonly #open = new Map<string, RowGroup>();

  constructor(map: BoundMap, group: NonNullable<BoundMap['group']>) {
    this.#map = map;
    this.#group = group;
  }

  /** @returns a group that is whole now, or null. */
  add(line: number, cells: readonly string[]): RowGroup | null {
    const key = cells[this.#group.by];
    let group = this.#open.get(key);
    if (group) this.#open.delete(key);
    else group = { first: { line, cells, lists: this.#map.lists.map(() => []) }, lines: [], broken: null };
    this.#open.set(key, group);
    this.#extend(group, line, cells);
    if (this.#open.size <= MOST_OPEN) return null;
    const [oldest, whole] = this.#open.entries().next().value!;
    this.#open.delete(oldest);
    return whole;
  }

  /** All groups that are open still. */
  end(): RowGroup[] {
    const groups = [...this.#open.values()];
    this.#open.clear();
    return groups;
  }

  #extend(group: RowGroup, line: number, cells: readonly string[]): void {
    group.lines.push(line);
    if (group.broken) return;
    const other = this.#group.same.find(({ at }) => cells[at] !== group.first.cells[at]);
    if (other) group.broken = { line, column: other.column, message: 'differs from the first row of its group' };
    else if (group.lines.length > MOST_ROWS) {
      group.broken = { line, column: '', message: `is one row too many: a group has at most ${MOST_ROWS}` };
    } else this.#addToLists(group, line, cells);
  }

  #addToLists(group: RowGroup, line: number, cells: readonly string[]): void {
    try {
      const row = { line, cells, lists: [] };
      const items = this.#map.lists.map((evaluate) => evaluate(row));
      for (const [i, item] of items.entries()) group.first.lists[i].push(item);
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      group.broken = { line, column: error.column, message: error.message };
    }
  }
}
