/**
 * Who has taken which message id and natural key, and which records of the log do not stand (ruling 1). All of it
 * follows from the log alone, in its order: it may be deleted, and the log is judged again.
 */

/** The record that holds a name: the first in the log behind `previous`, which is how it is read. */
export interface Holder {
  position: number;
  /** Position of the record before it, 0 when there is none. */
  previous: number;
}

/** How far the log is judged. */
export interface Checkpoint {
  /** Of the last record judged, 0 when none is. */
  position: number;
  /** Of the last record up to there that stands, 0 when none does. */
  standing: number;
  /** Stream and message id of the last record judged: another log's are others. */
  stream: string;
  recordId: string;
}

export const UNJUDGED: Checkpoint = { position: 0, standing: 0, stream: '', recordId: '' };

/** Which name is taken by other content. */
export interface TakenName {
  on: 'id' | 'key';
  key: string;
  /** Message id of the fact that stands. */
  standsAs: string;
}

/** A record of the log that does not stand. */
export interface Aside {
  position: number;
  /** Position of the last record before it that stands, 0 when there is none. */
  before: number;
  stream: string;
  factId: string;
  /** Null for the very fact again, written twice: that is no conflict. */
  taken: TakenName | null;
}

/** A fact that was written to the log and is set aside: the fact `standsAs` came first and says something else. */
export interface SetAside extends TakenName {
  position: number;
  factId: string;
  /** Null on `program` and `clock`. */
  customerId: string | null;
}

/** What a stretch of the log was judged to be. */
export interface Verdicts {
  /** Position behind which the stretch begins. */
  from: number;
  /** Where it ends. */
  checkpoint: Checkpoint;
  /** By name (`names.ts`). */
  claims: ReadonlyMap<string, Holder>;
  /** By position. */
  asides: ReadonlyMap<number, Aside>;
}

/** Which of the records behind `after` up to `upTo` are asked for, of one stream or of all. */
export interface Range {
  after: number;
  upTo: number;
  stream?: string;
}

/** Any number of processes may use one store at once. Calls reject with LogUnavailableError when it is away. */
export interface ClaimStore {
  /** Who holds which of these names, and up to where that was judged: both as of one moment. */
  look(names: readonly string[]): Promise<{ checkpoint: Checkpoint; holders: ReadonlyMap<string, Holder> }>;

  /**
   * Keeps verdicts, or what of them is behind the checkpoint: as they follow from the log, it does not matter who
   * keeps them.
   * @returns false when the checkpoint is before `from`: the store was emptied meanwhile.
   */
  save(verdicts: Verdicts): Promise<boolean>;

  /** Positions of records that do not stand, each with that of the last one before it that does. */
  asides(range: Range): Promise<ReadonlyMap<number, number>>;

  /** Where records with a message id are that do not stand. */
  asidesOf(factId: string): Promise<{ stream: string; position: number }[]>;

  /** Facts set aside with `position > after` in log order, at most `limit` (default 100); repetitions are none. */
  setAside(options?: { after?: number; limit?: number }): Promise<SetAside[]>;

  /** How many facts are set aside. */
  setAsideCount(): Promise<number>;

  /** Forgets everything, if it is judged up to exactly this position: it is of another log. */
  clear(position: number): Promise<void>;

  close(): Promise<void>;
}
