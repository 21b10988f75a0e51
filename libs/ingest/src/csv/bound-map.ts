import type { FieldError } from '@perennial/membership';
import type { CsvMap } from './map.js';
import { type Evaluate, TemplateCompiler } from './template.js';

type Test = (cells: readonly string[]) => boolean;

/** A map whose names of columns are places in a row of one table. */
export interface BoundMap {
  setAside: { reason: string; applies: Test }[];
  group: { by: number; same: { column: string; at: number }[] } | null;
  /** What each `$rows` makes of one row of a group. */
  lists: readonly Evaluate[];
  facts: { applies: Test; make: Evaluate }[];
}

/**
 * Binds a map to the columns of a table.
 * @param columns null while they are unknown: then only the map itself is checked.
 */
export function bindMap(
  map: CsvMap,
  columns: readonly string[] | null,
): { ok: true; bound: BoundMap } | { ok: false; errors: FieldError[] } {
  const compiler = new TemplateCompiler(columns ?? map.columns ?? null, map.group !== undefined);
  const bound: BoundMap = {
    setAside: map.setAside.map(({ reason, when }, i) => ({
      reason,
      applies: compiler.conditions(when, `setAside[${i}].when`),
    })),
    group: bindGroup(map.group, compiler),
    lists: compiler.lists,
    facts: map.facts.map(({ when, fact }, i) => ({
      applies: compiler.conditions(when, `facts[${i}].when`),
      make: compiler.object(fact, `facts[${i}]`),
    })),
  };
  return compiler.errors.length === 0 ? { ok: true, bound } : { ok: false, errors: compiler.errors };
}

function bindGroup(group: CsvMap['group'], compiler: TemplateCompiler): BoundMap['group'] {
  if (group === undefined) return null;
  return {
    by: compiler.column(group.by, 'group.by'),
    same: group.same.map((column, i) => ({ column, at: compiler.column(column, `group.same[${i}]`) })),
  };
}
