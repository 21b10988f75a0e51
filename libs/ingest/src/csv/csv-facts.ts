import type { FieldError } from '@perennial/membership';
import { readLines } from '../sources/lines.js';
import { type FactSource, rejectedLine, type SourceItem } from '../sources/source-item.js';
import { unzipped } from '../sources/unzip.js';
import { bindMap, type BoundMap } from './bound-map.js';
import { type RowGroup, RowGroups } from './groups.js';
import type { CsvMap } from './map.js';
import { RowReader, type TableRow } from './rows.js';
import { CellError, type RowContext } from './template.js';

/** The table has not the columns that the map speaks of. */
export class MapMismatchError extends Error {
  override readonly name = 'MapMismatchError';

  constructor(readonly errors: readonly FieldError[]) {
    super(`The map does not fit the file: ${errors.map(({ path, message }) => `${path} ${message}`).join('; ')}`);
  }
}

/**
 * Facts from the rows of a table, plain or gzip, as a map says. Rows that cannot be read, or that the map sets aside, are
 * rejections of their own. When the file breaks off, groups that are not whole make no fact.
 * @throws MapMismatchError
 */
export async function* readCsvFacts(bytes: AsyncIterable<Uint8Array>, map: CsvMap): FactSource {
  const rows = new RowReader(map.separator);
  const table = new Table(map);
  for await (const lines of readLines(unzipped(bytes))) yield table.take(rows.take(lines));
  yield [...table.take(rows.end()), ...table.end()];
}

class Table {
  readonly #map: CsvMap;
  #columns: string[] | null = null;
  #bound: BoundMap | null = null;
  #groups: RowGroups | null = null;
  #brokeOff = false;

  constructor(map: CsvMap) {
    this.#map = map;
    if (!map.header) this.#bind(map.columns!);
  }

  take(rows: readonly TableRow[]): SourceItem[] {
    const items: SourceItem[] = [];
    for (const row of rows) {
      if ('reason' in row) {
        this.#brokeOff ||= row.ends;
        items.push({ ...rejectedLine(row.line, row.reason, row.message, row.text), ends: row.ends });
      } else if (this.#bound === null) this.#bind(this.#map.columns ?? row.cells);
      else this.#takeRow(row.line, row.cells, this.#bound, items);
    }
    return items;
  }

  end(): SourceItem[] {
    const items: SourceItem[] = [];
    for (const group of this.#groups?.end() ?? []) {
      if (this.#brokeOff)
        items.push(this.#rejectGroup(group, 'truncated', '', 'may not be whole: the file breaks off'));
      else this.#emitGroup(group, items);
    }
    return items;
  }

  #bind(columns: string[]): void {
    const result = bindMap(this.#map, columns);
    if (!result.ok) throw new MapMismatchError(result.errors);
    this.#columns = columns;
    this.#bound = result.bound;
    this.#groups = result.bound.group && new RowGroups(result.bound, result.bound.group);
  }

  #takeRow(line: number, cells: string[], bound: BoundMap, items: SourceItem[]): void {
    const width = this.#columns!.length;
    if (cells.length !== width) {
      items.push(rejectedLine(line, 'columns', `has ${cells.length} columns where the table has ${width}`, cells));
      return;
    }
    const rule = bound.setAside.find(({ applies }) => applies(cells));
    if (rule) {
      items.push(rejectedLine(line, rule.reason, 'is set aside by the map', this.#object(cells)));
      return;
    }
    if (this.#groups === null) this.#emit({ line, cells, lists: [] }, bound, this.#object(cells), items);
    else {
      const whole = this.#groups.add(line, cells);
      if (whole) this.#emitGroup(whole, items);
    }
  }

  #emitGroup(group: RowGroup, items: SourceItem[]): void {
    const { broken } = group;
    if (broken)
      items.push(this.#rejectGroup(group, 'bad-cell', broken.column, `line ${broken.line}: ${broken.message}`));
    else this.#emit(group.first, this.#bound!, this.#rowOf(group), items);
  }

  #rejectGroup(group: RowGroup, reason: string, path: string, message: string): SourceItem {
    const errors = [{ path, message }];
    return { rejection: { line: group.first.line, id: null, reason, errors, row: this.#rowOf(group) } };
  }

  /** All facts of a row, or none when one of its cells is wrong. */
  #emit(row: RowContext, bound: BoundMap, shown: unknown, items: SourceItem[]): void {
    const { line } = row;
    try {
      const facts = bound.facts.filter(({ applies }) => applies(row.cells)).map(({ make }) => make(row));
      for (const input of facts) items.push({ line, input, row: shown });
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      const errors = [{ path: error.column, message: error.message }];
      items.push({ rejection: { line, id: null, reason: 'bad-cell', errors, row: shown } });
    }
  }

  /** A row as it is shown where it is set aside. */
  #object(cells: readonly string[]): Record<string, string> {
    return Object.fromEntries(this.#columns!.map((column, i) => [column, cells[i]]));
  }

  #rowOf(group: RowGroup): unknown {
    return { ...this.#object(group.first.cells), lines: group.lines };
  }
}
