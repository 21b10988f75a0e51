import { PROGRAM_STREAM, type EventLog } from '@perennial/event-log';
import {
  checkSuccession,
  type FieldError,
  parseProgramPublished,
  type ProgramPublished,
  type ProgramVersion,
} from '@perennial/membership';
import { isDeepStrictEqual } from 'node:util';

const PROGRAM_SCHEMA_VERSION = 1;

export type ProgramResult =
  | { status: 'accepted' }
  /** The log holds this very version. */
  | { status: 'duplicate' }
  | { status: 'invalid' | 'too-late'; errors: FieldError[] };

/** True for what says of itself that it is a published program. */
export function isProgramPublished(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'type' in input && input.type === 'ProgramPublished';
}

/**
 * Takes a `ProgramPublished` fact as `export` writes it, with its own id and version (SPEC Appendix A): only into a log
 * that holds no customer's fact, because members would change for the past otherwise.
 * @param versions all versions so far.
 * @param now the engine's clock, UTC milliseconds.
 * @throws LogUnavailableError, WrongExpectedRevisionError when another program is published at the same time.
 */
export async function takeProgram(
  log: EventLog,
  versions: readonly ProgramVersion[],
  input: unknown,
  now: number,
): Promise<ProgramResult> {
  const parsed = parseProgramPublished(input);
  if (!parsed.ok) return { status: 'invalid', errors: parsed.errors };
  const { fact } = parsed;
  if (versions.some((known) => isDeepStrictEqual(known, fact.data))) return { status: 'duplicate' };
  if (await log.hasCustomerFacts()) {
    const message = "comes too late: the log already holds customers' facts; publish it with a command instead";
    return { status: 'too-late', errors: [{ path: '', message }] };
  }
  const errors = checkSuccession(versions, fact.data, { now, logHasCustomerFacts: false });
  if (errors.length > 0) return { status: 'invalid', errors };
  await publish(log, fact, now);
  return { status: 'accepted' };
}

async function publish(log: EventLog, fact: ProgramPublished, now: number): Promise<void> {
  const { version, effectiveFrom, program } = fact.data;
  const record = {
    stream: PROGRAM_STREAM,
    id: fact.id,
    type: fact.type,
    schemaVersion: PROGRAM_SCHEMA_VERSION,
    customerId: null,
    occurredAt: fact.occurredAt,
    recordedAt: now,
    source: fact.source || 'import',
    data: {
      version,
      effectiveFrom: effectiveFrom === null ? null : new Date(effectiveFrom).toISOString(),
      program,
    },
  };
  await log.append(PROGRAM_STREAM, [record], await log.streamRevision(PROGRAM_STREAM));
}
