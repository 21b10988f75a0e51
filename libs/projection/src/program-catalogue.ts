import { randomUUID } from 'node:crypto';
import {
  type EventLog,
  type LogRecord,
  type NewRecord,
  PROGRAM_STREAM,
  WrongExpectedRevisionError,
} from '@perennial/event-log';
import {
  checkSuccession,
  DEFAULT_PROGRAM,
  type FieldError,
  iso,
  parseInstant,
  parseProgram,
  type Program,
  ProgramHistory,
  type ProgramVersion,
} from '@perennial/membership';

export type PublishResult =
  { ok: true; version: ProgramVersion; unchanged: boolean } | { ok: false; errors: FieldError[] };

/** `data` of a ProgramPublished record (SPEC Appendix A). */
interface Published {
  version: number;
  effectiveFrom: string | null;
  program: Program;
}

/** The version that a ProgramPublished record tells of. */
export function versionOf(record: LogRecord): ProgramVersion {
  const { version, effectiveFrom, program } = record.data as Published;
  return { version, effectiveFrom: effectiveFrom === null ? null : parseInstant(effectiveFrom), program };
}

/** The program's versions as the log holds them, in a stream of their own (SPEC §4). */
export class ProgramCatalogue {
  private known: { revision: number; versions: ProgramVersion[]; history: ProgramHistory | null } = {
    revision: -1,
    versions: [],
    history: null,
  };

  private lookedAt = -Infinity;

  /**
   * @param trustedMs how long what is known is not asked for again: on a server each look is a call, and what another
   * process publishes may be seen that much later. What this one publishes is seen at once.
   */
  constructor(
    private readonly log: EventLog,
    private readonly trustedMs = 0,
  ) {}

  /** All published versions, in order. */
  async versions(): Promise<readonly ProgramVersion[]> {
    return (await this.refresh()).versions;
  }

  /** Null when nothing was published. */
  async history(): Promise<ProgramHistory | null> {
    return (await this.refresh()).history;
  }

  /** The history; a log without any program gets the shipped default, from the beginning of time (SPEC §4). */
  async ensure(now: number): Promise<ProgramHistory> {
    const history = await this.history();
    if (history) return history;
    await this.publish(DEFAULT_PROGRAM, { effectiveFrom: null, now, source: 'perennial' });
    return (await this.history())!;
  }

  /**
   * Validates and publishes a document as the next version.
   * @param options `effectiveFrom` in UTC ms, null = from the beginning of time; left out: null for the first version,
   * `now` for later ones. The last version's document and effectiveFrom again changes nothing.
   */
  async publish(
    document: unknown,
    options: { effectiveFrom?: number | null; now: number; source: string },
  ): Promise<PublishResult> {
    const parsed = parseProgram(document);
    if (!parsed.ok) return parsed;
    for (;;) {
      const { versions, revision } = await this.refresh(0);
      const last = versions[versions.length - 1];
      const { effectiveFrom = last ? options.now : null } = options;
      if (last && isSame(last, parsed.program, options.effectiveFrom)) {
        return { ok: true, version: last, unchanged: true };
      }
      const version: ProgramVersion = { version: versions.length + 1, effectiveFrom, program: parsed.program };
      const errors = checkSuccession([...versions], version, {
        now: options.now,
        logHasCustomerFacts: await this.log.hasCustomerFacts(),
      });
      if (errors.length > 0) return { ok: false, errors };
      try {
        await this.log.append(PROGRAM_STREAM, [recordOf(version, options)], revision);
        this.lookedAt = -Infinity;
        return { ok: true, version, unchanged: false };
      } catch (error) {
        // Somebody else published meanwhile: look again.
        if (!(error instanceof WrongExpectedRevisionError)) throw error;
      }
    }
  }

  private async refresh(trustedMs = this.trustedMs) {
    const now = performance.now();
    if (now - this.lookedAt < trustedMs && this.known.history !== null) return this.known;
    const revision = await this.log.streamRevision(PROGRAM_STREAM);
    if (revision !== this.known.revision) {
      const versions = (await this.log.readStream(PROGRAM_STREAM)).map(versionOf);
      const history = versions.length > 0 ? new ProgramHistory(versions) : null;
      this.known = { revision: versions.length - 1, versions, history };
    }
    this.lookedAt = now;
    return this.known;
  }
}

function isSame(last: ProgramVersion, program: Program, effectiveFrom: number | null | undefined): boolean {
  if (effectiveFrom !== undefined && effectiveFrom !== last.effectiveFrom) return false;
  return JSON.stringify(last.program) === JSON.stringify(program);
}

function recordOf(version: ProgramVersion, options: { now: number; source: string }): NewRecord {
  const { effectiveFrom } = version;
  const data: Published = { ...version, effectiveFrom: effectiveFrom === null ? null : iso(effectiveFrom) };
  return {
    stream: PROGRAM_STREAM,
    // Exported like any fact, so an ordinary id; random, so that no sender can have taken it.
    id: `program-${version.version}-${randomUUID()}`,
    type: 'ProgramPublished',
    schemaVersion: 1,
    customerId: null,
    occurredAt: options.now,
    recordedAt: options.now,
    source: options.source,
    data,
  };
}
