import type { FieldError } from '@perennial/membership';

/** The work could not be done, for a reason to tell whoever asked for it: exit code 1, no stack. */
export class Failure extends Error {
  override readonly name = 'Failure';

  /** @param details lines that say more. */
  constructor(
    message: string,
    readonly details: readonly string[] = [],
  ) {
    super(message);
  }
}

/** Errors as lines, each with the place that it speaks of. */
export function errorLines(errors: readonly FieldError[]): string[] {
  return errors.map(({ path, message }) => (path === '' ? `  ${message}` : `  ${path}: ${message}`));
}
