import { isJsonObject, isWholeNumber } from '../facts/field-checks.js';
import { type Errors, refuse, refuseUnder, refuseValue } from '../facts/field-error.js';

/** Checks a value of a document; paths of what it finds are relative to that value. */
export type Check = (value: unknown) => Errors;

/**
 * An object of exactly these fields: a field that is not named here is refused, because a misspelt one would silently
 * do nothing.
 */
export function fields(required: Record<string, Check>, optional: Record<string, Check> = {}): Check {
  const checks = new Map([...Object.entries(required), ...Object.entries(optional)]);
  const known = [...checks.keys()].join(', ');
  return (value) => {
    if (!isJsonObject(value)) return refuseValue(undefined, '', value, `an object with ${known}`);
    let errors: Errors;
    for (const [name, check] of checks) {
      if (value[name] !== undefined || name in required) errors = refuseUnder(errors, name, check(value[name]));
    }
    for (const name of Object.keys(value)) {
      if (!checks.has(name))
        errors = refuse(errors, step(name), `is no field of the program: the fields here are ${known}`);
    }
    return errors;
  };
}

/** One of several shapes, told apart by the field `kind`. */
export function kinds(shapes: Record<string, Check>): Check {
  const byKind = new Map<unknown, Check>(Object.entries(shapes));
  return (value) => {
    if (!isJsonObject(value)) return refuseValue(undefined, '', value, `an object with kind ${oneOf(shapes)}`);
    const check = byKind.get(value.kind);
    return check ? check(value) : refuseValue(undefined, 'kind', value.kind, `one of ${oneOf(shapes)}`);
  };
}

function oneOf(shapes: Record<string, Check>): string {
  return Object.keys(shapes).join(', ');
}

export function listOf(check: Check, least = 0, most = 10_000): Check {
  return (value) => {
    if (!Array.isArray(value)) return refuseValue(undefined, '', value, 'a list');
    if (value.length > most) return refuse(undefined, '', `must have at most ${most} items`);
    let errors: Errors;
    value.forEach((item: unknown, i) => (errors = refuseUnder(errors, `[${i}]`, check(item))));
    return value.length < least ? refuse(errors, '', `must have at least ${least} item`) : errors;
  };
}

/** A list that narrows something down: left out it narrows nothing, and empty it would match nothing. */
export function choiceOf(check: Check): Check {
  const list = listOf(check);
  return (value) =>
    Array.isArray(value) && value.length === 0
      ? refuse(undefined, '', 'must not be empty: leave it out to allow all')
      : list(value);
}

/** An object with keys of the author's choosing. */
export function mapOf(key: (name: string) => boolean, expected: string, check: Check): Check {
  return (value) => {
    if (!isJsonObject(value)) return refuseValue(undefined, '', value, 'an object');
    let errors: Errors;
    for (const name of Object.keys(value)) {
      errors = key(name)
        ? refuseUnder(errors, step(name), check(value[name]))
        : refuse(errors, step(name), `is no name to use here: give ${expected}`);
    }
    return errors;
  };
}

/** `check`, and when the value has that shape, `rule` on it. */
export function also<T>(check: Check, rule: (value: T) => Errors): Check {
  return (value) => check(value) ?? rule(value as T);
}

export function whole(least: number, most: number): Check {
  const expected = `a whole number from ${least} to ${most}`;
  return (value) => (isWholeNumber(value, least, most) ? undefined : refuseValue(undefined, '', value, expected));
}

export function choice(...choices: string[]): Check {
  return (value) =>
    (choices as unknown[]).includes(value)
      ? undefined
      : refuseValue(undefined, '', value, `one of ${choices.join(', ')}`);
}

export const text: Check = (value) =>
  typeof value === 'string' && value.trim() !== ''
    ? undefined
    : refuseValue(undefined, '', value, 'a text that is not empty');

/** A name that other objects can be keyed by: an own `__proto__` would be lost on the way. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value !== '__proto__';
}

/** Refuses every id that an earlier item of the list has. */
export function uniqueIds(items: readonly { id: string }[]): Errors {
  const seen = new Map<string, number>();
  let errors: Errors;
  items.forEach(({ id }, i) => {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, i);
    else errors = refuse(errors, `[${i}].id`, `is the id of item ${first} too: give each its own`);
  });
  return errors;
}

/** Refuses names of tiers that the program does not have. */
export function knownTiers(
  named: readonly string[] | undefined,
  tiers: readonly { id: string }[],
  path: string,
): Errors {
  let errors: Errors;
  named?.forEach((name, i) => {
    if (tiers.some((tier) => tier.id === name)) return;
    errors = refuse(
      errors,
      `${path}[${i}]`,
      `is no tier of this program: it has ${tiers.map((tier) => tier.id).join(', ')}`,
    );
  });
  return errors;
}

/** A step of a JSON path: `.name`, or `["na.me"]` where the name is no plain word. */
function step(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `[${JSON.stringify(name)}]`;
}
