import { type FieldError, iso, type Program, ProgramHistory, type ProgramVersion } from '@perennial/membership';

/** A program document that was not published, and from when on it is tried. */
export interface Draft {
  program: Program;
  /** UTC ms, also in the past; null = from the beginning of time, instead of every version. */
  from: number | null;
}

/** A draft under which the history cannot be folded; each error has the path of what to change. */
export class DraftError extends Error {
  override readonly name = 'DraftError';

  constructor(readonly errors: readonly FieldError[]) {
    super(`The draft cannot be tried: ${errors[0].path} ${errors[0].message}`);
  }
}

/** The program as it is, and as it would be. */
export interface DraftHistories {
  before: ProgramHistory;
  after: ProgramHistory;
  /** Numbers of the published versions that the draft stands in for. */
  replaces: number[];
}

/**
 * Puts a draft into the history of the program: from `from` on it is in force and no version after it. Published
 * versions that would take effect at `from` or later are left out.
 * @param published all versions, in order; none: the draft is tried against itself.
 * @param asOf instant at which members are compared, UTC ms.
 * @throws DraftError for another time zone or currency (ruling 16), or a `from` after `asOf`.
 */
export function historiesWith(published: readonly ProgramVersion[], draft: Draft, asOf: number): DraftHistories {
  const { program, from } = draft;
  const errors: FieldError[] = [];
  for (const field of ['timeZone', 'currency'] as const) {
    const kept = published[0]?.program[field] ?? program[field];
    if (program[field] !== kept) {
      errors.push({ path: `program.${field}`, message: `must stay ${kept}: it never changes between versions` });
    }
  }
  if (from !== null && from > asOf) {
    errors.push({ path: 'from', message: `must not be after ${iso(asOf)}, as of which members are compared` });
  }
  if (errors.length > 0) throw new DraftError(errors);

  const kept = published.filter(({ effectiveFrom }) => from !== null && (effectiveFrom ?? -Infinity) < from);
  const version = (kept.at(-1)?.version ?? 0) + 1;
  const after = new ProgramHistory([...kept, { version, effectiveFrom: kept.length > 0 ? from : null, program }]);
  const before = published.length > 0 ? new ProgramHistory(published) : after;
  return { before, after, replaces: published.slice(kept.length).map((replaced) => replaced.version) };
}
