import { customerStream, type AppendOutcome, type EventLog, type NewRecord } from '@perennial/event-log';
import {
  DEFAULT_PROGRAM,
  type Fact,
  type FieldError,
  type Link,
  naturalKey,
  parseFact,
  ProgramHistory,
  valueOrder,
} from '@perennial/membership';
import { refusalByCommand } from './commands.js';
import { type LinkConflict, refusedNow } from './link-check.js';
import type { PersonalDataSeal } from './personal-data-seal.js';

/** Today's schema version of every customer fact's `data`. */
const FACT_SCHEMA_VERSION = 1;

/** Of facts at one door: what became of each. */
export type FactResult =
  /** Durable now. `repeats` names the fact that it repeats under another message id (ruling 1). */
  | { status: 'accepted'; id: string; position: number; repeats?: string }
  /** Already in the log with equal content: nothing was written. */
  | { status: 'duplicate'; id: string }
  /** Not a fact: shape, instant, currency without a rate, discount too large, self-link. */
  | { status: 'invalid'; id: string | null; errors: FieldError[] }
  /** Message id, natural key or alias is taken by other content: nothing was written. */
  | { status: 'conflict'; id: string; on: 'id' | 'key' | 'link'; existingId: string; message: string };

export interface IntakeOptions {
  /** The engine's clock, UTC milliseconds: becomes `recordedAt`. */
  now: number;
  /** False for history: what it changed up to `now` is not announced (SPEC §10). */
  announce: boolean;
  /**
   * The door. `import` takes every fact of a customer, as history; `api` takes what nobody can refuse, and refuses links
   * that would have no effect. Also the source of facts that name none.
   */
  from: 'api' | 'import';
}

/** The programs that orders are valued under. */
export interface ProgramSource {
  /** Null when nothing was published. */
  history(): Promise<ProgramHistory | null>;
  /** Publishes the shipped default when there is none (SPEC §4). */
  ensure(now: number): Promise<ProgramHistory>;
}

export interface IntakeParts {
  personalData: PersonalDataSeal;
  /** Every link the log holds; asked only when the API is sent a link. Without it links through the API are not judged. */
  links?: () => Promise<readonly Link[]>;
}

const SHIPPED_DEFAULT = new ProgramHistory([{ version: 1, effectiveFrom: null, program: DEFAULT_PROGRAM }]);

/** The door through which customers' facts reach the log: checks each, then appends what is sound in one durable call. */
export class FactIntake {
  readonly #log: EventLog;
  readonly #programs: ProgramSource;
  readonly #personalData: PersonalDataSeal;
  readonly #links: IntakeParts['links'];

  constructor(log: EventLog, programs: ProgramSource, parts: IntakeParts) {
    this.#log = log;
    this.#programs = programs;
    this.#personalData = parts.personalData;
    this.#links = parts.links;
  }

  /**
   * Takes facts as sent (SPEC Appendix A), whatever JSON values they are. Each stands or falls by itself; data is stored
   * as sent, but for personal fields, which are sealed. Answers when what was accepted is durable.
   * @returns one result per input, in order.
   * @throws LogUnavailableError when the log could not be written, or whatever sealing throws: then the same call may be
   *   made again.
   */
  async take(inputs: readonly unknown[], options: IntakeOptions): Promise<FactResult[]> {
    const published = await this.#programs.history();
    const results = inputs.map((input) => judge(input, published ?? SHIPPED_DEFAULT, options));
    if (options.from === 'api' && this.#links) await refuseLinks(results, this.#links);

    const sound: number[] = [];
    const facts: Fact[] = [];
    for (const [index, result] of results.entries()) {
      if (!isFact(result)) continue;
      sound.push(index);
      facts.push(result);
    }
    if (facts.length > 0) {
      if (published === null) await this.#programs.ensure(options.now);
      const sealed = await this.#personalData.seal(facts);
      const records = sealed.map((fact) => recordOf(fact, options));
      const outcomes = await this.#log.appendFacts(records);
      for (const [i, index] of sound.entries()) results[index] = resultOf(records[i].id, outcomes[i]);
      // Who is linked to somebody who was erased is erased too. An import does this once, at its end.
      if (options.from === 'api' && facts.some(({ type }) => type === 'IdentityLinked')) await this.settle();
    }
    return results as FactResult[];
  }

  /**
   * To be called at the end of an import: erasures among its facts take effect on the keys now, and not between them, so
   * that facts of one import are compared by all they say (ruling 1).
   */
  settle(): Promise<void> {
    return this.#personalData.carryOutErasures();
  }
}

/** A sound fact on its way into the log, or what became of it. */
type Judged = Fact | FactResult;

function isFact(judged: Judged): judged is Fact {
  return 'type' in judged;
}

function judge(input: unknown, programs: ProgramHistory, { now, from }: IntakeOptions): Judged {
  const parsed = parseFact(input, { now });
  if (!parsed.ok) return { status: 'invalid', id: idOf(input), errors: parsed.errors };
  const { fact } = parsed;
  const error =
    (from === 'api' ? refusalByCommand(fact.type) : null) ?? refusalOfSource(fact) ?? refusalOfOrder(fact, programs);
  return error === null ? fact : { status: 'invalid', id: fact.id, errors: [error] };
}

/** The message id of what may be anything, for telling the sender which one it was. */
export function idOf(input: unknown): string | null {
  return typeof input === 'object' && input !== null && 'id' in input && typeof input.id === 'string' ? input.id : null;
}

/** Half a surrogate pair has no UTF-8, so it could not be stored as sent. */
function refusalOfSource({ source = '' }: Fact): FieldError | null {
  if (source.isWellFormed()) return null;
  return { path: 'source', message: 'holds half a character (a lone surrogate): send well-formed text' };
}

/** An order must have a value under the program in force when it was placed (rulings 8 and 9). */
function refusalOfOrder(fact: Fact, programs: ProgramHistory): FieldError | null {
  if (fact.type !== 'OrderPlaced') return null;
  const valued = valueOrder(fact.data, programs.program(programs.indexAt(fact.occurredAt)));
  return 'message' in valued ? valued : null;
}

async function refuseLinks(results: Judged[], known: () => Promise<readonly Link[]>): Promise<void> {
  const sent = results.filter((result) => isFact(result)).filter((fact) => fact.type === 'IdentityLinked');
  if (sent.length === 0) return;
  const conflicts = refusedNow(sent, await known());
  for (const [index, result] of results.entries()) {
    const conflict: LinkConflict | undefined = isFact(result) ? conflicts.get(result.id) : undefined;
    if (conflict) results[index] = conflict;
  }
}

function recordOf(fact: Fact, { now, announce, from }: IntakeOptions): NewRecord {
  return {
    stream: customerStream(fact.customerId),
    id: fact.id,
    type: fact.type,
    schemaVersion: FACT_SCHEMA_VERSION,
    customerId: fact.customerId,
    occurredAt: fact.occurredAt,
    recordedAt: now,
    // The log wants to know who sent it.
    source: fact.source || from,
    key: naturalKey(fact),
    announce,
    data: fact.data,
  };
}

function resultOf(id: string, outcome: AppendOutcome): FactResult {
  switch (outcome.status) {
    case 'appended': {
      const { position, repeats } = outcome;
      return repeats === undefined
        ? { status: 'accepted', id, position }
        : { status: 'accepted', id, position, repeats };
    }
    case 'duplicate':
      return { status: 'duplicate', id };
    case 'conflict': {
      const { on, key, existingId } = outcome;
      const message =
        on === 'id'
          ? `the message id ${id} is taken by a fact with other content: give every fact an id of its own`
          : `${key} is already told by fact ${existingId} with other content`;
      return { status: 'conflict', id, on, existingId, message };
    }
  }
}
