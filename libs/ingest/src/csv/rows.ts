import { type Line, LONGEST_LINE } from '../sources/lines.js';
import { sampleOf } from '../sources/source-item.js';

/** A row of a table, or a line that is none. */
export type TableRow =
  { line: number; cells: string[] } | { line: number; text: string; reason: string; message: string; ends: boolean };

/** A quoted cell may run over several lines, but a quote that is never closed must not swallow the file. */
const MOST_LINES_OF_A_ROW = 100;

/**
 * Puts lines together to rows: RFC 4180 (cells in quotes may hold separators, doubled quotes and line ends), or columns
 * set apart by blanks. Blanks around a cell without quotes do not count; a quote inside such a cell stands for itself.
 * A quote that is never closed costs its own line and no other.
 */
export class RowReader {
  readonly #separator: string;
  /** Lines of a row whose quoted cell goes on. */
  #open: Line[] = [];

  /** @param separator one character, or `whitespace`. */
  constructor(separator: string) {
    this.#separator = separator;
  }

  take(lines: readonly Line[]): TableRow[] {
    const rows: TableRow[] = [];
    for (const line of lines) this.#take(line, rows);
    return rows;
  }

  end(): TableRow[] {
    const rows: TableRow[] = [];
    while (this.#open.length > 0) this.#giveUp(rows);
    return rows;
  }

  #take(line: Line, rows: TableRow[]): void {
    if (line.problem !== undefined) {
      rows.push(...this.end());
      rows.push({ line: line.line, text: line.text, ...line.problem, ends: line.problem.reason === 'truncated' });
    } else if (this.#separator === 'whitespace') {
      const text = line.text.trim();
      if (text !== '') rows.push({ line: line.line, cells: text.split(/\s+/) });
    } else if (this.#open.length > 0) this.#continue(line, rows);
    else if (line.text.includes('"')) this.#readQuoted([line], rows);
    else if (line.text.trim() !== '') {
      rows.push({ line: line.line, cells: line.text.split(this.#separator).map((cell) => cell.trim()) });
    }
  }

  #continue(line: Line, rows: TableRow[]): void {
    const lines = [...this.#open, line];
    this.#open = [];
    this.#readQuoted(lines, rows);
  }

  #readQuoted(lines: Line[], rows: TableRow[]): void {
    const text = lines.map((line) => line.text).join('\n');
    const cells = readCells(text, this.#separator);
    if (Array.isArray(cells)) rows.push({ line: lines[0].line, cells });
    else if (cells === 'text-after-quote') {
      rows.push(refusedRow(lines[0], 'has text after a closing quote: double the quotes inside a cell'));
      this.#again(lines.slice(1), rows);
    } else {
      this.#open = lines;
      if (lines.length >= MOST_LINES_OF_A_ROW || text.length > LONGEST_LINE) this.#giveUp(rows);
    }
  }

  /** The quote of the first open line is never closed: the lines after it are read for themselves. */
  #giveUp(rows: TableRow[]): void {
    const [first, ...rest] = this.#open;
    this.#open = [];
    rows.push(refusedRow(first, 'opens a quote that is not closed'));
    this.#again(rest, rows);
  }

  #again(lines: Line[], rows: TableRow[]): void {
    for (const line of lines) this.#take(line, rows);
  }
}

function refusedRow({ line, text }: Line, message: string): TableRow {
  return { line, text: sampleOf(text), reason: 'not-csv', message, ends: false };
}

/** The cells of one row of text. */
function readCells(text: string, separator: string): string[] | 'open' | 'text-after-quote' {
  const cells: string[] = [];
  for (let at = 0; ;) {
    const quote = skipBlanks(text, at, separator);
    if (text[quote] === '"') {
      const cell = readQuotedCell(text, quote);
      if (cell === null) return 'open';
      cells.push(cell.value);
      at = skipBlanks(text, cell.end, separator);
      if (at === text.length) return cells;
      if (!text.startsWith(separator, at)) return 'text-after-quote';
    } else {
      const end = text.indexOf(separator, at);
      cells.push(text.slice(at, end === -1 ? undefined : end).trim());
      if (end === -1) return cells;
      at = end;
    }
    at += separator.length;
  }
}

function skipBlanks(text: string, at: number, separator: string): number {
  while ((text[at] === ' ' || text[at] === '\t') && text[at] !== separator) at++;
  return at;
}

/** @param at place of the opening quote. @returns the cell and the place after its closing quote; null = not closed. */
function readQuotedCell(text: string, at: number): { value: string; end: number } | null {
  let value = '';
  for (let start = at + 1; ;) {
    const quote = text.indexOf('"', start);
    if (quote === -1) return null;
    value += text.slice(start, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    start = quote + 2;
  }
}
