import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ConflictError, type EventLog, type NewRecord, WrongExpectedRevisionError } from '@perennial/event-log';
import {
  type CommandContext,
  type CommandHead,
  type Decision,
  type Fact,
  type FactJson,
  factToJson,
  iso,
  isRepeated,
  judgeRepetition,
  type MemberState,
  naturalKey,
  parseInstant,
  type Refusal,
  type Warning,
} from '@perennial/membership';
import { type MemberHead, MemberReader, type Stores } from '@perennial/projection';
import { Inject } from '@nestjs/common';
import type { CommandIdentity } from '../idempotency/command-identity.js';
import { invalidField, Problem } from '../problems/problem.js';
import { STORES } from '../stores/tokens.js';

/** The fact that carried a command out, as it is recorded: the same at every try. */
export interface Recorded extends Pick<FactJson, 'id' | 'customerId' | 'occurredAt' | 'data'> {
  /** Told by the try that carried it out. */
  warnings?: Warning[];
}

/** A command on one member that may be refused: `decide` is one of the pure functions of libs/membership. */
export class MemberCommand {
  constructor(
    readonly customerId: string,
    readonly identity: CommandIdentity,
    readonly decide: (state: MemberState | null, head: CommandHead, context: CommandContext) => Decision,
  ) {}
}

/** Others that write to the same stream at the same moment make a command be decided again: this often at most. */
const MOST_TRIES = 100;

/** Loads the member at the head of the log, decides, and appends what was decided at exactly that head. */
@CommandHandler(MemberCommand)
export class MemberCommandHandler implements ICommandHandler<MemberCommand, Recorded> {
  private readonly log: EventLog;

  constructor(
    @Inject(STORES) stores: Stores,
    private readonly reader: MemberReader,
  ) {
    this.log = stores.log;
  }

  async execute(command: MemberCommand): Promise<Recorded> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const recorded = (await this.earlier(command)) ?? (await this.attempt(command));
      if (recorded) return recorded;
    }
    throw new Problem('busy', 'Send the command again', { headers: { 'retry-after': '1' } });
  }

  /** A try before this one got as far as the log, and its answer got lost. */
  private async earlier({ identity }: MemberCommand): Promise<Recorded | null> {
    const record = await this.log.findById(identity.factId);
    if (!record) return null;
    const { id, customerId, occurredAt, data } = record;
    return { id, customerId: customerId!, occurredAt: iso(occurredAt), data: data as Recorded['data'] };
  }

  /** @returns null when somebody else was faster: look again. */
  private async attempt({ customerId, identity, decide }: MemberCommand): Promise<Recorded | null> {
    const now = Date.now();
    const head = await this.reader.head(customerId, now);
    const { factId, source } = identity;
    const context = { now, programs: head.programs };
    const decision = decide(head.state, { factId, customerId: head.customerId, source }, context);
    if (!decision.ok) throw refused(decision.refusal);
    if (decision.repeats) return this.repeated(head, decision.repeats);
    try {
      const records = decision.facts.map((fact) => recordOf(fact, head.stream, now));
      await this.log.append(head.stream, records, head.revision);
    } catch (error) {
      if (error instanceof WrongExpectedRevisionError) return null;
      if (error instanceof ConflictError) return this.taken(error);
      throw error;
    }
    const { warnings } = decision;
    return { ...factToJson(decision.facts[0]), ...(warnings && { warnings }) };
  }

  private async repeated(head: MemberHead, repeats: Fact): Promise<Recorded> {
    const entries = await this.reader.timeline(head.customerId, repeats.occurredAt);
    for (const { cause } of entries) {
      if (!('fact' in cause)) continue;
      const told = { ...cause.fact, occurredAt: parseInstant(cause.fact.occurredAt) } as Fact;
      if (!isRepeated(told, repeats)) continue;
      const decision = judgeRepetition(told, repeats);
      if (!decision.ok) throw refused(decision.refusal);
      return cause.fact;
    }
    throw new Error(`No fact of ${head.customerId} made what ${repeats.type} ${repeats.id} repeats`);
  }

  /** The message id is taken by an earlier try of the same command, or the natural key by another member's fact. */
  private taken(error: ConflictError): null {
    if (error.on === 'id') return null;
    throw new Problem('id-taken', `${error.key} is taken by another customer: choose another id`);
  }
}

function recordOf(fact: Fact, stream: string, recordedAt: number): NewRecord {
  const { id, type, customerId, occurredAt, source = '', data } = fact;
  const key = naturalKey(fact);
  return { stream, id, type, schemaVersion: 1, customerId, occurredAt, recordedAt, source, data, ...(key && { key }) };
}

function refused({ code, message, field }: Refusal): Problem {
  if (code === 'invalid-command') return invalidField(field ?? '', message.replace(`${field} `, ''));
  return new Problem(code, message, field === undefined ? {} : { errors: [{ path: field, message }] });
}
