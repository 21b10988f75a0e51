import {
  type AppendOutcome,
  ConflictError,
  type EventLog,
  type LogRecord,
  type NewRecord,
  WrongExpectedRevisionError,
  type ExpectedRevision,
} from '../port.js';
import { saysTheSame } from '../stored-content.js';
import { toWritable, toWritableGroup, type WritableRecord } from '../stored-form.js';
import { idName, keyName } from './names.js';

/** The records that hold names which are about to be written, by name. */
export type TakenNames = ReadonlyMap<string, LogRecord>;

/** What is to be done with a fact: it is answered, or the log takes it. */
export type Answer = AppendOutcome | { status: 'to-log'; repeats?: string };

/** Ruling 1 for facts of which some names are taken, before anything is written. @throws TypeError when one is malformed. */
export function answerFacts(taken: TakenNames, records: readonly NewRecord[]): Answer[] {
  return records.map(toWritable).map((record) => answerFact(taken, record));
}

function answerFact(taken: TakenNames, record: WritableRecord): Answer {
  const { id, key } = record;
  const held = taken.get(idName(id));
  if (held) {
    if (saysTheSame(held, record)) return { status: 'duplicate', position: held.position };
    return { status: 'conflict', on: 'id', key: id, existingId: held.id };
  }
  const holder = key === undefined ? undefined : taken.get(keyName(key));
  if (holder === undefined) return { status: 'to-log' };
  if (saysTheSame(holder, record)) return { status: 'to-log', repeats: holder.id };
  return { status: 'conflict', on: 'key', key: key!, existingId: holder.id };
}

/**
 * The same for records that are appended together: those that the log does not hold yet.
 * @throws ConflictError; WrongExpectedRevisionError, which comes before a conflict on a key: who decided on an old state
 *   decides again. TypeError when a record is malformed.
 */
export async function withoutHeld(
  log: EventLog,
  taken: TakenNames,
  stream: string,
  records: readonly NewRecord[],
  expected: ExpectedRevision,
): Promise<NewRecord[]> {
  const answers = toWritableGroup(stream, records).map((record) => answerFact(taken, record));
  const conflicts = answers.filter((answer) => answer.status === 'conflict');
  const onId = conflicts.find(({ on }) => on === 'id');
  if (onId) throw new ConflictError('id', onId.key, onId.existingId);
  if (conflicts.length > 0) {
    const actual = expected === 'any' ? expected : await log.streamRevision(stream);
    if (actual !== 'any' && actual !== expected) throw new WrongExpectedRevisionError(stream, expected, actual);
    throw new ConflictError('key', conflicts[0].key, conflicts[0].existingId);
  }
  return records.filter((_, i) => answers[i].status === 'to-log');
}
