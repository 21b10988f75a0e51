import type { HeldRecord } from '../admission.js';
import { READ_PAGE } from '../paging.js';
import type { EventLog, LogRecord } from '../port.js';
import { BatchVerdicts, JudgedRecord } from './batch-verdicts.js';
import {
  type Aside,
  type Checkpoint,
  type ClaimStore,
  type Holder,
  type Range,
  type TakenName,
  UNJUDGED,
} from './port.js';
import { readHeld } from './read-held.js';
import { ClaimsLostError, UnsavedVerdicts } from './unsaved-verdicts.js';

/** With fewer records than this the log is being followed, not caught up with. */
const FEW = READ_PAGE / 2;

/**
 * Judges the log in its order: which records stand, which are set aside (ruling 1). Whoever reads on judges; there is no
 * lease, because everybody comes to the same verdicts, and the store keeps those that come first.
 */
export class Judge {
  /** As far as this process has judged, or knows that somebody has. */
  #checkpoint: Checkpoint = UNJUDGED;
  readonly #unsaved: UnsavedVerdicts;
  /** Ends when everything asked for so far is judged. */
  #turn: Promise<void> = Promise.resolve();
  #begun: Promise<void> | null = null;

  constructor(
    private readonly log: EventLog,
    private readonly store: ClaimStore,
  ) {
    this.#unsaved = new UnsavedVerdicts(store);
  }

  /** Position up to which the log is known to be judged. */
  get position(): number {
    return this.#checkpoint.position;
  }

  /**
   * Sees to it that the log is judged up to the end of `batch`, which is all that the log holds behind `after` up to
   * there. What is not judged before `after` is read and judged first. @throws LogUnavailableError
   */
  async judge(after: number, batch: readonly LogRecord[]): Promise<void> {
    await this.begin();
    if (batch.length === 0 || this.position >= batch.at(-1)!.position) return;
    await this.#inTurn(async () => {
      await this.#reach(after);
      for (let i = 0; i < batch.length; i += READ_PAGE) {
        const page = batch.slice(i, i + READ_PAGE);
        await this.#decide(page, i + READ_PAGE >= batch.length && page.length < FEW);
      }
    });
  }

  /** Sees to it that the log is judged up to a position of it. @throws LogUnavailableError */
  async reach(position: number): Promise<void> {
    await this.begin();
    if (this.position < position) await this.#inTurn(() => this.#reach(position));
  }

  /** Positions of records that do not stand, of those that are judged. @throws LogUnavailableError */
  async asides(range: Range): Promise<ReadonlyMap<number, number>> {
    await this.begin();
    const unsaved = this.#unsaved.snapshot().asides(range);
    const isSaved = range.after < this.#unsaved.saved || range.stream !== undefined;
    const saved = isSaved ? await this.store.asides(range) : [];
    return new Map([...saved, ...unsaved.map(({ position, before }) => [position, before] as const)]);
  }

  /** Where records with a message id are that do not stand. @throws LogUnavailableError */
  async asidesOf(factId: string): Promise<{ stream: string; position: number }[]> {
    const unsaved = this.#unsaved.snapshot().asidesOf(factId);
    return [...unsaved, ...(await this.store.asidesOf(factId))];
  }

  /** The records that hold names, as far as the log is judged, by name. @throws LogUnavailableError */
  async holders(names: readonly string[]): Promise<ReadonlyMap<string, LogRecord>> {
    await this.begin();
    const unsaved = this.#unsaved.snapshot();
    const { holders } = await this.store.look(names);
    const found = names
      .map((name) => [name, unsaved.holder(name) ?? holders.get(name)] as const)
      .filter((entry): entry is [string, Holder] => entry[1] !== undefined);
    if (found.length === 0) return new Map();
    const records = await readHeld(
      this.log,
      found.map(([, holder]) => holder),
    );
    return new Map(found.map(([name, { position }]) => [name, records.get(position)!]));
  }

  /** Keeps what is judged. @throws LogUnavailableError */
  async close(): Promise<void> {
    await this.#turn;
    await this.#unsaved.save();
  }

  /** Makes sure that the claims are this log's. @throws LogUnavailableError */
  begin(): Promise<void> {
    return (this.#begun ??= this.#inTurn(() => this.#begin()).catch((error: unknown) => {
      this.#begun = null;
      throw error;
    }));
  }

  async #begin(): Promise<void> {
    this.#checkpoint = UNJUDGED;
    this.#unsaved.clear();
    const { checkpoint } = await this.store.look([]);
    const { position, stream, recordId } = checkpoint;
    if (position === 0) return;
    const [last] = await this.log.readStream(stream, { after: position - 1, limit: 1 });
    if (last?.position === position && last.id === recordId) this.#adopt(checkpoint);
    else await this.store.clear(position);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof ClaimsLostError) this.#begun = null;
      },
    );
    return result;
  }

  /** Somebody else has judged up to there, and it is kept. */
  #adopt(checkpoint: Checkpoint): void {
    this.#checkpoint = checkpoint;
    this.#unsaved.restart(checkpoint.position);
  }

  async #reach(position: number): Promise<void> {
    while (this.position < position) {
      const after = this.position;
      const page = await this.log.readAll({ after, limit: READ_PAGE });
      if (page.length === 0) throw new Error(`The log ends before its record at position ${position}`);
      await this.#decide(page, page.length < FEW);
    }
  }

  /** Judges what is not judged yet of records that follow each other. */
  async #decide(page: readonly LogRecord[], isLast: boolean): Promise<void> {
    if (this.position >= page.at(-1)!.position) return;
    const offered = page.filter(({ position }) => position > this.position).map((record) => new JudgedRecord(record));
    // First what may be saved meanwhile, then what is saved: so nothing falls between.
    const unsaved = this.#unsaved.snapshot();
    const { checkpoint, holders } = await this.store.look(offered.flatMap(({ names }) => names));
    if (checkpoint.position > this.position) this.#adopt(checkpoint);
    const fresh = offered.filter(({ position }) => position > this.position);
    if (fresh.length === 0) return;
    const holderOf = (name: string) => holders.get(name) ?? unsaved.holder(name);
    const verdicts = new BatchVerdicts(holderOf, await this.#contents(fresh, holderOf));
    let { position: previous, standing } = this.#checkpoint;
    const asides = new Map<number, Aside>();
    for (const record of fresh) {
      const outcome = verdicts.judge(record, previous);
      previous = record.position;
      if (outcome.status === 'appended') {
        standing = record.position;
        continue;
      }
      const { position, stream, id } = record;
      const taken: TakenName | null =
        outcome.status === 'duplicate' ? null : { on: outcome.on, key: outcome.key, standsAs: outcome.existingId };
      asides.set(position, { position, before: standing, stream, factId: id, taken });
    }
    const { position, stream, id } = fresh.at(-1)!;
    this.#checkpoint = { position, standing, stream, recordId: id };
    const { claims } = verdicts;
    await this.#unsaved.add({ claims, asides, checkpoint: this.#checkpoint }, fresh.length, isLast);
  }

  /** Every record with which one of these may be compared. */
  async #contents(
    fresh: readonly JudgedRecord[],
    holderOf: (name: string) => Holder | undefined,
  ): Promise<ReadonlyMap<number, HeldRecord>> {
    const contents = new Map<number, HeldRecord>(fresh.map((record) => [record.position, record]));
    const earlier = fresh.flatMap(({ names }) => names.map(holderOf)).filter((holder) => holder !== undefined);
    for (const [position, record] of await readHeld(this.log, earlier))
      contents.set(position, new JudgedRecord(record));
    return contents;
  }
}
