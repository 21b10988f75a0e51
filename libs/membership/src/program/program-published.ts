import { checkId, INSTANT, isJsonObject, isWholeNumber } from '../facts/field-checks.js';
import { type Errors, type FieldError, refuse, refuseUnder, refuseValue } from '../facts/field-error.js';
import { parseInstant } from '../facts/instant.js';
import type { ProgramVersion } from './history.js';
import { checkProgram } from './parse-program.js';
import type { Program } from './program.js';

/** The fact that a version of the program was published (SPEC §1, Appendix A): of no customer, in a stream of its own. */
export interface ProgramPublished {
  id: string;
  type: 'ProgramPublished';
  customerId: null;
  /** When it was published, UTC milliseconds; when it takes effect is `data.effectiveFrom`. */
  occurredAt: number;
  source: string;
  data: ProgramVersion;
}

export type ParsedProgramPublished = { ok: true; fact: ProgramPublished } | { ok: false; errors: FieldError[] };

/**
 * Reads a `ProgramPublished` fact as `export` writes it and `import` takes it (SPEC Appendix A), whatever JSON value it
 * is. Whether the version may follow those before it is for `checkSuccession`.
 *
 * @returns the fact, with instants in UTC milliseconds, or all errors found, such as at `data.program.tiers[1].threshold`.
 */
export function parseProgramPublished(input: unknown): ParsedProgramPublished {
  if (!isJsonObject(input)) return { ok: false, errors: [{ path: '', message: 'must be a JSON object with a fact' }] };
  const { id, source = '', data } = input;
  const occurredAt = instantOf(input.occurredAt);

  let errors = checkId(undefined, id, 'id');
  if (input.type !== 'ProgramPublished') errors = refuseValue(errors, 'type', input.type, 'ProgramPublished');
  if (input.customerId !== null) errors = refuseValue(errors, 'customerId', input.customerId, 'null');
  if (Number.isNaN(occurredAt)) errors = refuseValue(errors, 'occurredAt', input.occurredAt, INSTANT);
  if (typeof source !== 'string') errors = refuseValue(errors, 'source', source, 'a text, or left out');
  errors = refuseUnder(errors, 'data', checkVersion(data));
  if (errors !== undefined) return { ok: false, errors };

  const { version, effectiveFrom, program } = data as {
    version: number;
    effectiveFrom: string | null;
    program: Program;
  };
  return {
    ok: true,
    fact: {
      id: id as string,
      type: 'ProgramPublished',
      customerId: null,
      occurredAt,
      source: source as string,
      data: { version, effectiveFrom: effectiveFrom === null ? null : parseInstant(effectiveFrom), program },
    },
  };
}

function checkVersion(data: unknown): Errors {
  if (!isJsonObject(data)) return refuseValue(undefined, '', data, 'an object with version, effectiveFrom and program');
  let errors: Errors;
  if (!isWholeNumber(data.version, 1))
    errors = refuseValue(errors, 'version', data.version, 'a whole number of at least 1');
  if (data.effectiveFrom !== null && Number.isNaN(instantOf(data.effectiveFrom))) {
    errors = refuseValue(errors, 'effectiveFrom', data.effectiveFrom, `${INSTANT}, or null for the beginning of time`);
  }
  return refuseUnder(errors, 'program', checkProgram(data.program));
}

function instantOf(value: unknown): number {
  return typeof value === 'string' ? parseInstant(value) : NaN;
}

/**
 * Says what keeps `next` from being published after `previous` (SPEC §4, ruling 16). Whether the program itself is
 * sound is for `parseProgram`.
 *
 * @param previous all versions so far, in order.
 * @param context `now`: the engine's clock, UTC milliseconds; `logHasCustomerFacts`: whether any customer's fact is
 * recorded, after which nothing may be published into the past.
 * @returns the reasons, with paths such as `effectiveFrom` or `program.timeZone`; empty when it may.
 */
export function checkSuccession(
  previous: readonly ProgramVersion[],
  next: ProgramVersion,
  context: { now: number; logHasCustomerFacts: boolean },
): FieldError[] {
  const last = previous.at(-1);
  const due = (last?.version ?? 0) + 1;
  let errors: Errors;
  if (next.version !== due) errors = refuse(errors, 'version', `must be ${due}: versions count up from 1`);
  if (last === undefined) return errors ?? [];
  errors = checkEffect(errors, last, next, context);
  for (const field of ['timeZone', 'currency'] as const) {
    const kept = last.program[field];
    if (next.program[field] !== kept)
      errors = refuse(errors, `program.${field}`, `must stay ${kept}: it never changes`);
  }
  return errors ?? [];
}

function checkEffect(
  errors: Errors,
  last: ProgramVersion,
  { effectiveFrom }: ProgramVersion,
  { now, logHasCustomerFacts }: { now: number; logHasCustomerFacts: boolean },
): Errors {
  if (effectiveFrom === null) {
    return refuse(
      errors,
      'effectiveFrom',
      'must be an instant: only the first version reaches back to the beginning of time',
    );
  }
  if (last.effectiveFrom !== null && effectiveFrom <= last.effectiveFrom) {
    const before = new Date(last.effectiveFrom).toISOString();
    errors = refuse(errors, 'effectiveFrom', `must be later than ${before}, when version ${last.version} takes effect`);
  }
  if (logHasCustomerFacts && effectiveFrom < now) {
    errors = refuse(
      errors,
      'effectiveFrom',
      'must not lie in the past, because customers already have facts: give an instant from now on',
    );
  }
  return errors;
}
