import type { FieldError } from '@perennial/membership';
import { EXPRESSIONS, Wrong } from './expressions.js';
import type { Condition } from './map.js';

/** A row, or the first row of a group with what all its rows gave. */
export interface RowContext {
  /** Line of the file, counted from 1. */
  line: number;
  cells: readonly string[];
  /** For each `$rows` of the map, one item a row. */
  lists: readonly (readonly unknown[])[];
}

/** Gives the value for a row; undefined = leave the field out. @throws CellError */
export type Evaluate = (row: RowContext) => unknown;

/** A cell does not hold what the map says it holds. */
export class CellError extends Error {
  override readonly name = 'CellError';

  constructor(
    readonly column: string,
    message: string,
  ) {
    super(message);
  }
}

type JsonObject = Record<string, unknown>;

/** Turns the templates and conditions of a map into functions, and collects what is wrong with them. */
export class TemplateCompiler {
  readonly errors: FieldError[] = [];
  /** What each `$rows` makes of one row. */
  readonly lists: Evaluate[] = [];
  readonly #columns: readonly string[] | null;
  readonly #grouped: boolean;

  /** @param columns null while the table's are unknown: then every name is taken for one. */
  constructor(columns: readonly string[] | null, grouped: boolean) {
    this.#columns = columns;
    this.#grouped = grouped;
  }

  refuse(path: string, message: string): void {
    this.errors.push({ path, message });
  }

  column(name: unknown, path: string): number {
    if (typeof name !== 'string' || name === '') this.refuse(path, 'must be the name of a column');
    else if (this.#columns === null) return 0;
    else {
      const index = this.#columns.indexOf(name);
      if (index !== -1) return index;
      this.refuse(path, `names the column ${name}, which the table does not have: it has ${this.#columns.join(', ')}`);
    }
    return 0;
  }

  conditions(conditions: readonly Condition[], path: string): (cells: readonly string[]) => boolean {
    const tests = conditions.map((condition, i) => this.#condition(condition, `${path}[${i}]`));
    return (cells) => tests.every((test) => test(cells));
  }

  #condition({ column, is, startsWith, below, above }: Condition, path: string): (cells: readonly string[]) => boolean {
    const at = this.column(column, `${path}.column`);
    return (cells) => {
      const cell = cells[at];
      if (is !== undefined && !is.includes(cell)) return false;
      if (startsWith !== undefined && !cell.startsWith(startsWith)) return false;
      const number = cell === '' ? NaN : Number(cell);
      if (below !== undefined && !(number < below)) return false;
      return above === undefined || number > above;
    };
  }

  value(template: unknown, path: string): Evaluate {
    if (typeof template === 'string') return this.#text(template, path);
    if (Array.isArray(template)) {
      const items = template.map((item, i) => this.value(item, `${path}[${i}]`));
      return (row) => items.map((item) => item(row)).filter((item) => item !== undefined);
    }
    if (typeof template !== 'object' || template === null) return () => template;
    const expression = Object.keys(template).find((key) => key.startsWith('$'));
    return expression === undefined
      ? this.object(template as JsonObject, path)
      : this.#expression(expression, template as JsonObject, path);
  }

  object(template: JsonObject, path: string): Evaluate {
    const fields = Object.entries(template).map(([key, value]) => [key, this.value(value, `${path}.${key}`)] as const);
    return (row) => {
      const made: JsonObject = {};
      for (const [key, evaluate] of fields) {
        const value = evaluate(row);
        if (value !== undefined) made[key] = value;
      }
      return made;
    };
  }

  /** Text with columns in braces; `{#line}` is the line of the file. */
  #text(template: string, path: string): Evaluate {
    const parts = template.split(/\{([^{}]*)\}/);
    if (parts.some((part, i) => i % 2 === 0 && /[{}]/.test(part))) this.refuse(path, 'has a brace without its pair');
    if (parts.length === 1) return () => template;
    const pieces = parts.map((part, i): ((row: RowContext) => string | number) => {
      if (i % 2 === 0) return () => part;
      if (part === '#line') return (row) => row.line;
      const at = this.column(part, path);
      return (row) => row.cells[at];
    });
    return (row) => pieces.map((piece) => piece(row)).join('');
  }

  #expression(name: string, template: JsonObject, path: string): Evaluate {
    const make = Object.hasOwn(EXPRESSIONS, name) ? EXPRESSIONS[name] : undefined;
    if (make === undefined) {
      this.refuse(path, `has no expression ${name}: use one of ${Object.keys(EXPRESSIONS).join(', ')}`);
      return () => undefined;
    }
    for (const option of Object.keys(template)) {
      if (option !== name && !make.options.includes(option))
        this.refuse(`${path}.${option}`, `does not belong to ${name}`);
    }
    if (name === '$rows') return this.#rows(template, path);
    const read = make.reader(template, (option, message) => this.refuse(`${path}.${option}`, message));
    const column = template[name];
    const at = this.column(column, `${path}.${name}`);
    return (row) => {
      const cell = row.cells[at];
      if (cell === '') return undefined;
      const value = read(cell);
      if (value instanceof Wrong) throw new CellError(String(column), value.message);
      return value;
    };
  }

  #rows(template: JsonObject, path: string): Evaluate {
    if (!this.#grouped) this.refuse(path, 'needs group: without it every row stands alone');
    const inner = new TemplateCompiler(this.#columns, false);
    const index = this.lists.push(inner.value(template.$rows, `${path}.$rows`)) - 1;
    this.errors.push(...inner.errors);
    return (row) => row.lists[index];
  }
}
