import { LogUnavailableError, WrongExpectedRevisionError, type AppendOutcome, type ExpectedRevision } from '../port.js';
import { isNew, judgeFact, requireFreeKeys, withoutHeld, type Verdict } from './admission.js';
import type { AppendedPlace } from './append-messages.js';
import type { DurableAppends } from './durable-appends.js';
import { MOST_APPEND_BYTES, type ProposedEvent } from './event-form.js';
import type { KnownRecords } from './known-records.js';
import type { LogReader } from './log-reader.js';
import type { Ticket } from './name-queues.js';
import { WrongRevisionAnswer } from './server-errors.js';
import { StreamIndex } from './stream-index.js';

/** Facts of one append at most. */
const MOST_EVENTS = 500;
/** How often others may be faster, before the caller is told to come back. */
const MOST_RACES = 200;
const WRITE: Verdict = { write: true };

interface WaitingFact {
  event: ProposedEvent;
  ticket: Ticket;
  resolve: (outcome: AppendOutcome) => void;
  reject: (error: unknown) => void;
}

/** Facts about to be appended together. */
interface Group {
  facts: WaitingFact[];
  repeats: (string | undefined)[];
  bytes: number;
}

/**
 * All writing of this process to one stream, in order: one append at a time, and what comes in the meantime goes together
 * into the next. An append names the stream's head exactly, so nothing can come in between unseen.
 */
export class StreamWriter {
  readonly index: StreamIndex;
  readonly #waiting: WaitingFact[] = [];
  /** Ends when everything asked for so far is answered. */
  #tail: Promise<void> = Promise.resolve();
  #busy = 0;
  #draining = false;

  constructor(
    stream: string,
    private readonly appends: DurableAppends,
    private readonly reader: LogReader,
    private readonly known: KnownRecords,
  ) {
    this.index = new StreamIndex(stream, reader, known);
  }

  get isIdle(): boolean {
    return this.#busy === 0;
  }

  /** Appends independent facts, each on its own merits. @throws LogUnavailableError, RefusedByServerError */
  fact(event: ProposedEvent): Promise<AppendOutcome> {
    const ticket = this.known.queues.enter([event.record]);
    const answer = new Promise<AppendOutcome>((resolve, reject) => {
      this.#waiting.push({ event, ticket, resolve, reject });
    });
    if (!this.#draining) {
      this.#draining = true;
      void this.#inTurn(() => this.#drain());
    }
    return answer;
  }

  /**
   * Appends all or nothing at an exact revision.
   * @returns place of the last record.
   * @throws WrongExpectedRevisionError, ConflictError, LogUnavailableError, RefusedByServerError
   */
  together(events: readonly ProposedEvent[], expected: ExpectedRevision): Promise<AppendedPlace> {
    const { queues } = this.known;
    const ticket = queues.enter(events.map(({ record }) => record));
    const answer = this.#inTurn(async () => {
      await queues.turn(ticket);
      return this.#together(events, expected);
    });
    return answer.finally(() => queues.leave(ticket));
  }

  /** What the index knows, read at its turn: after everything that was asked for before. */
  look<T>(work: (index: StreamIndex) => Promise<T>): Promise<T> {
    return this.#inTurn(() => work(this.index));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#busy++;
    const result = this.#tail.then(work).finally(() => this.#busy--);
    this.#tail = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async #drain(): Promise<void> {
    for (let races = 0; this.#waiting.length > 0;) {
      const round = this.#waiting.slice(0, MOST_EVENTS);
      try {
        await this.known.queues.turn(round[0].ticket);
        const settled = await this.#round(round, races);
        this.#leave(settled);
        races = settled > 0 ? 0 : races + 1;
      } catch (error) {
        this.#leave(round.length);
        for (const { reject } of round) reject(error);
      }
    }
    this.#draining = false;
  }

  #leave(count: number): void {
    for (const { ticket } of this.#waiting.splice(0, count)) this.known.queues.leave(ticket);
  }

  /** Settles as many of the facts, from the first on, as go into one append. @returns how many: 0 when others were faster. */
  async #round(round: readonly WaitingFact[], races: number): Promise<number> {
    if (races > MOST_RACES) throw new LogUnavailableError(`Others keep writing to stream ${this.index.stream}`);
    if (this.index.isDoubtful) await this.index.refresh();
    const answers: (() => void)[] = [];
    const group = await this.#gather(round, answers);
    const outcomes = group.facts.length === 0 ? [] : await this.#append(group);
    if (outcomes === null) return 0;
    for (const answer of answers) answer();
    for (const [i, { resolve }] of group.facts.entries()) resolve(outcomes[i]);
    return answers.length + group.facts.length;
  }

  /** Facts that can be judged now: one whose id or key another is about to write must wait for what becomes of that. */
  async #gather(round: readonly WaitingFact[], answers: (() => void)[]): Promise<Group> {
    const group: Group = { facts: [], repeats: [], bytes: 0 };
    for (const fact of round) {
      if (this.known.queues.before(fact.ticket)) break;
      if (group.bytes + fact.event.bytes > MOST_APPEND_BYTES) break;
      const { index, known } = this;
      const verdict = isNew(index, known, fact.event) ? WRITE : await judgeFact(index, known, fact.event);
      if ('answer' in verdict) {
        answers.push(() => fact.resolve(verdict.answer));
        continue;
      }
      group.facts.push(fact);
      group.repeats.push(verdict.repeats);
      group.bytes += fact.event.bytes;
    }
    return group;
  }

  /** @returns null when the stream is at another revision than thought. */
  async #append({ facts, repeats }: Group): Promise<AppendOutcome[] | null> {
    const place = await this.#send(facts.map(({ event }) => event));
    if (place === null) return null;
    const positions = await this.#positions(place, facts.length);
    return facts.map((_, i) => ({
      status: 'appended',
      position: positions[i],
      ...(repeats[i] !== undefined && { repeats: repeats[i] }),
    }));
  }

  /** Appends at the head. @returns null when the head is another one, which is then read. */
  async #send(events: readonly ProposedEvent[], expected = this.index.head): Promise<AppendedPlace | null> {
    const wasKnown = this.index.isKnown;
    try {
      const { revision, position, repeated } = await this.appends.append(this.index.stream, expected, events);
      if (repeated && !wasKnown) {
        await this.index.refresh();
        return null;
      }
      this.index.appended(
        events.map(({ record }) => record),
        revision,
      );
      return { revision, position };
    } catch (error) {
      if (error instanceof WrongRevisionAnswer) {
        await this.index.refresh();
        return null;
      }
      this.index.doubt();
      throw error;
    }
  }

  /** The server tells the position of the last event of an append only. */
  async #positions({ revision, position }: AppendedPlace, count: number): Promise<number[]> {
    if (count === 1) return [position];
    const read = { stream: this.index.stream, from: revision - count + 1, count: count - 1 };
    return [...(await this.reader.stream(read)).map(({ record }) => record.position), position];
  }

  async #together(events: readonly ProposedEvent[], expected: ExpectedRevision): Promise<AppendedPlace> {
    const { index } = this;
    if (index.isDoubtful) await index.refresh();
    // A revision other than "none" is of a stream that exists: its ids must be known.
    if (!index.isKnown && expected !== -1) await index.refresh();
    for (let races = 0; races <= MOST_RACES; races++) {
      const fresh = await withoutHeld(index, this.known, events);
      if (fresh.length === 0) return this.#placeOf(events.at(-1)!);
      if (expected !== 'any' && expected !== index.head) {
        // Others may have written: the head must be certain before the caller is told that it is another one.
        if (races === 0) {
          await index.refresh();
          continue;
        }
        throw new WrongExpectedRevisionError(index.stream, expected, index.head);
      }
      await requireFreeKeys(index, this.known, fresh);
      const place = await this.#send(fresh);
      if (place) return fresh.at(-1) === events.at(-1) ? place : this.#placeOf(events.at(-1)!);
    }
    throw new LogUnavailableError(`Others keep writing to stream ${index.stream}`);
  }

  async #placeOf({ record }: ProposedEvent): Promise<AppendedPlace> {
    const { revision, position } = (await this.index.record(this.index.revisionOfId(record.id)!)).record;
    return { revision, position };
  }
}
