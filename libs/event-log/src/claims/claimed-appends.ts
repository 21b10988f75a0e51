import {
  ConflictError,
  type AppendOutcome,
  type EventLog,
  type ExpectedRevision,
  type LogRecord,
  type NewRecord,
} from '../port.js';
import { toWritable } from '../stored-form.js';
import type { Judge } from './judge.js';
import { idName, namesOf } from './names.js';
import { answerFacts, withoutHeld } from './taken-names.js';

/**
 * Appending to a log that does not enforce keys: what is taken, as far as the log is judged, is answered at once; the
 * rest is the log's, which knows what this process has just written.
 */
export class ClaimedAppends {
  /** Ends when every call so far has looked: calls go on to the log in the order in which they came. */
  #looked: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: EventLog,
    private readonly judge: Judge,
  ) {}

  /** See `EventLog.append`. */
  async append(
    stream: string,
    offered: readonly NewRecord[],
    expected: ExpectedRevision,
  ): Promise<{ revision: number; position: number }> {
    const records = offered.map(asOfNow);
    try {
      return await this.#append(stream, records, expected);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      await this.#judgeAll();
      await this.#disregard(error.existingId);
      return this.#append(stream, records, expected);
    }
  }

  /** See `EventLog.appendFacts`. */
  async appendFacts(offered: readonly NewRecord[]): Promise<AppendOutcome[]> {
    const records = offered.map(asOfNow);
    const taken = await this.#taken(records);
    if (taken.size === 0) return this.#appendFacts(records);
    const answers = answerFacts(taken, records);
    const outcomes = await this.#appendFacts(records.filter((_, i) => answers[i].status === 'to-log'));
    const next = outcomes.values();
    return answers.map((answer) => {
      if (answer.status !== 'to-log') return answer;
      const outcome = next.next().value!;
      const { repeats } = answer;
      return outcome.status === 'appended' && repeats !== undefined ? { ...outcome, repeats } : outcome;
    });
  }

  /** The records that hold names of those that are about to be appended. */
  async #taken(records: readonly NewRecord[]): Promise<ReadonlyMap<string, LogRecord>> {
    const before = this.#looked;
    const taken = this.judge.holders(namesOf(records));
    const looked = taken.then(
      () => before,
      () => before,
    );
    this.#looked = looked;
    await before;
    return taken;
  }

  async #append(stream: string, records: NewRecord[], expected: ExpectedRevision) {
    const taken = await this.#taken(records);
    if (taken.size === 0) return this.log.append(stream, records, expected);
    const fresh = await withoutHeld(this.log, taken, stream, records, expected);
    const place = fresh.length > 0 ? await this.log.append(stream, fresh, expected) : null;
    const held = taken.get(idName(records.at(-1)!.id));
    return held ? { revision: held.revision, position: held.position } : place!;
  }

  async #appendFacts(records: NewRecord[]): Promise<AppendOutcome[]> {
    const outcomes = await this.log.appendFacts(records);
    if (outcomes.some(({ status }) => status === 'conflict')) await this.#judgeAll();
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === 'conflict') outcomes[i] = await this.#judged(records[i], outcome);
    }
    return outcomes;
  }

  /** What becomes of a fact that the log has refused, now that everything is judged. */
  async #judged(record: NewRecord, refused: AppendOutcome & { status: 'conflict' }): Promise<AppendOutcome> {
    const [answer] = answerFacts(await this.judge.holders(namesOf([record])), [record]);
    if (answer.status !== 'to-log') return answer;
    if (!(await this.#disregard(refused.existingId))) return refused;
    const [outcome] = await this.log.appendFacts([record]);
    return outcome;
  }

  /**
   * The log refuses by what this process remembers, and that may be the later of two: the earlier one is perhaps what is
   * offered here, by somebody who was not answered. Who stands is known when everything is judged.
   */
  async #judgeAll(): Promise<void> {
    await this.judge.reach(await this.log.head());
  }

  /** The log may refuse what is taken up only by a record that does not stand: it knows nothing of verdicts. */
  async #disregard(factId: string): Promise<boolean> {
    const asides = await this.judge.asidesOf(factId);
    if (!this.log.disregard || asides.length === 0) return false;
    for (const { stream, position } of asides) await this.log.disregard(stream, new Set([position]));
    return true;
  }
}

/** The record as it is at the moment of the call: it waits, and its sender may change it meanwhile. @throws TypeError */
function asOfNow(record: NewRecord): NewRecord {
  return { ...record, data: JSON.parse(toWritable(record).json) as unknown };
}
