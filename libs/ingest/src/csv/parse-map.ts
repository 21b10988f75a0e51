import type { FieldError } from '@perennial/membership';
import { bindMap } from './bound-map.js';
import type { Condition, CsvMap, FactRule, SetAsideRule } from './map.js';

export type ParsedMap = { ok: true; map: CsvMap } | { ok: false; errors: FieldError[] };

type JsonObject = Record<string, unknown>;

/**
 * Reads a CSV map, whatever JSON value it is. Whether the table has its columns shows when the table is read.
 * @returns the map with defaults filled in, or everything that is wrong with it, with paths such as `facts[0].when`.
 */
export function parseMap(document: unknown): ParsedMap {
  const reader = new MapReader();
  const map = reader.map(document);
  if (reader.errors.length > 0) return { ok: false, errors: reader.errors };
  const bound = bindMap(map, null);
  return bound.ok ? { ok: true, map } : bound;
}

class MapReader {
  readonly errors: FieldError[] = [];

  map(document: unknown): CsvMap {
    const allowed = ['description', 'separator', 'header', 'columns', 'setAside', 'group', 'facts'];
    const {
      description,
      separator = ',',
      header = true,
      columns,
      setAside = [],
      group,
      facts,
    } = this.#fields(document, '', allowed);
    if (separator !== 'whitespace' && !(typeof separator === 'string' && [...separator].length === 1)) {
      this.#refuse('separator', 'must be one character, or whitespace');
    } else if (separator === '"' || separator === '\n') this.#refuse('separator', 'cannot be a quote or a line end');
    if (typeof header !== 'boolean') this.#refuse('header', 'must be true or false');
    if (header === false && columns === undefined)
      this.#refuse('columns', 'is missing: without a header name the columns');
    return {
      ...(description === undefined ? {} : { description: this.#text(description, 'description') }),
      separator: separator as string,
      header: header as boolean,
      ...(columns === undefined ? {} : { columns: this.#columns(columns) }),
      setAside: this.#list(setAside, 'setAside', (rule, path) => this.#setAside(rule, path)),
      ...(group === undefined ? {} : { group: this.#group(group) }),
      facts: this.#facts(facts),
    };
  }

  #columns(value: unknown): string[] {
    const columns = this.#list(value, 'columns', (name, path) => this.#text(name, path));
    const twice = columns.find((name, i) => columns.indexOf(name) !== i);
    if (twice !== undefined) this.#refuse('columns', `names ${twice} twice`);
    return columns;
  }

  #setAside(value: unknown, path: string): SetAsideRule {
    const { reason, when } = this.#fields(value, path, ['reason', 'when']);
    if (when === undefined) this.#refuse(`${path}.when`, 'is missing: say which rows');
    return { reason: this.#text(reason, `${path}.reason`), when: this.#conditions(when ?? [], `${path}.when`) };
  }

  #group(value: unknown): { by: string; same: string[] } {
    const { by, same = [] } = this.#fields(value, 'group', ['by', 'same']);
    return {
      by: this.#text(by, 'group.by'),
      same: this.#list(same, 'group.same', (name, path) => this.#text(name, path)),
    };
  }

  #facts(value: unknown): FactRule[] {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) {
      this.#refuse('facts', 'is missing: say what facts a row makes');
      return [];
    }
    return this.#list(value, 'facts', (rule, path) => {
      const { when = [], ...fact } = this.#fields(rule, path, FACT_FIELDS);
      for (const field of REQUIRED_FACT_FIELDS) {
        if (fact[field] === undefined) this.#refuse(`${path}.${field}`, 'is missing');
      }
      return { when: this.#conditions(when, `${path}.when`), fact };
    });
  }

  #conditions(value: unknown, path: string): Condition[] {
    const list = Array.isArray(value) ? value : [value];
    return list.map((item, i) => this.#condition(item, `${path}[${i}]`));
  }

  #condition(value: unknown, path: string): Condition {
    const { column, is, startsWith, below, above } = this.#fields(value, path, [
      'column',
      'is',
      'startsWith',
      'below',
      'above',
    ]);
    const condition: Condition = { column: this.#text(column, `${path}.column`) };
    if (is !== undefined) {
      condition.is = this.#list(Array.isArray(is) ? is : [is], `${path}.is`, (text, at) => this.#anyText(text, at));
    }
    if (startsWith !== undefined) condition.startsWith = this.#text(startsWith, `${path}.startsWith`);
    if (below !== undefined) condition.below = this.#number(below, `${path}.below`);
    if (above !== undefined) condition.above = this.#number(above, `${path}.above`);
    if (Object.keys(condition).length === 1) this.#refuse(path, 'tests nothing: give is, startsWith, below or above');
    return condition;
  }

  #fields(value: unknown, path: string, allowed: readonly string[]): JsonObject {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#refuse(path, 'must be an object');
      return {};
    }
    for (const key of Object.keys(value)) {
      if (!allowed.includes(key)) {
        this.#refuse(path === '' ? key : `${path}.${key}`, `is unknown here: use ${allowed.join(', ')}`);
      }
    }
    return value as JsonObject;
  }

  #list<T>(value: unknown, path: string, read: (item: unknown, path: string) => T): T[] {
    if (Array.isArray(value)) return value.map((item, i) => read(item, `${path}[${i}]`));
    this.#refuse(path, 'must be a list');
    return [];
  }

  #text(value: unknown, path: string): string {
    if (typeof value === 'string' && value !== '') return value;
    this.#refuse(path, 'must be a text that is not empty');
    return '';
  }

  #anyText(value: unknown, path: string): string {
    if (typeof value === 'string') return value;
    this.#refuse(path, 'must be a text');
    return '';
  }

  #number(value: unknown, path: string): number {
    if (typeof value === 'number') return value;
    this.#refuse(path, 'must be a number');
    return 0;
  }

  #refuse(path: string, message: string): void {
    this.errors.push({ path, message });
  }
}

const REQUIRED_FACT_FIELDS = ['id', 'type', 'customerId', 'occurredAt', 'data'];
const FACT_FIELDS = ['when', 'source', ...REQUIRED_FACT_FIELDS];
