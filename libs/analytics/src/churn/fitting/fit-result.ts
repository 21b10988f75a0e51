/** A fit, or why there is none: a sentence for people. */
export type FitResult<F> = { ok: true; fit: F } | { ok: false; reason: string };

export function cannotBeFitted(reason: string): { ok: false; reason: string } {
  return { ok: false, reason: `cannot be fitted: ${reason}` };
}

/** Parameters by name. */
export function named(names: readonly string[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

/** Why a fit is to be taken with care; empty when it is not. */
export function cautions(names: readonly string[], unbounded: readonly number[], hasErrors: boolean): string[] {
  if (unbounded.length > 0) {
    const which = unbounded.map((i) => names[i]).join(', ');
    return [`The likelihood keeps rising at the bound of ${which}: customers differ less than the model supposes`];
  }
  return hasErrors ? [] : ['The data do not tell all parameters apart: they have no standard errors'];
}
