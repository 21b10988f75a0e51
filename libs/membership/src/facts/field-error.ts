/** What is wrong with one field: where it stands, and what to do about it. */
export interface FieldError {
  /** Such as `data.lines[2].quantity`; empty for the whole. */
  path: string;
  message: string;
}

/**
 * Errors found so far, `undefined` while there are none. Checks take this and give it back, so that checking what is
 * sound allocates nothing.
 */
export type Errors = FieldError[] | undefined;

/** A list of a million bad lines needs no million errors. */
const MOST_ERRORS = 50;

export function refuse(errors: Errors, path: string, message: string): Errors {
  if (errors === undefined) return [{ path, message }];
  if (errors.length < MOST_ERRORS) errors.push({ path, message });
  return errors;
}

/** Refuses `value` because it is not `expected`, a phrase such as "a whole number of at least 1". */
export function refuseValue(errors: Errors, path: string, value: unknown, expected: string): Errors {
  return refuse(
    errors,
    path,
    value === undefined ? `is missing: give ${expected}` : `must be ${expected}${but(value)}`,
  );
}

/** The same for what is personal data whatever its type: the value is not named. */
export function refusePersonal(errors: Errors, path: string, value: unknown, expected: string): Errors {
  return refuse(errors, path, value === undefined ? `is missing: give ${expected}` : `must be ${expected}`);
}

/** Adds what was found inside a part, with paths that start at `prefix`. */
export function refuseUnder(errors: Errors, prefix: string, found: Errors): Errors {
  if (found === undefined) return errors;
  for (const { path, message } of found) errors = refuse(errors, joinPath(prefix, path), message);
  return errors;
}

function joinPath(prefix: string, path: string): string {
  if (prefix === '' || path === '') return prefix + path;
  return path.startsWith('[') ? prefix + path : `${prefix}.${path}`;
}

/** Names a wrong value, except texts, which may be personal data. */
function but(value: unknown): string {
  if (value === null) return ', not null';
  if (Array.isArray(value)) return ', not a list';
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return `, not ${value}`;
    case 'object':
      return ', not an object';
    default:
      return '';
  }
}
