/**
 * The mirror of the feed of changes: streams beside the log's, in which every change stands once, in the order of the feed,
 * for whoever would rather subscribe to a stream than read the feed. Nothing is ever read back from it but how far it is.
 */

/** What the names of the mirror's streams start with; the number of a partition follows. */
export const CHANGES_STREAM_PREFIX = 'changes-';
/** Tells into how many streams the mirror is divided. */
export const CHANGES_META_STREAM = `${CHANGES_STREAM_PREFIX}meta`;

/** A place in the feed. */
export interface MirrorPlace {
  position: number;
  customerId: string;
  ordinal: number;
}

/** A change as it is mirrored. */
export interface MirroredChange {
  /** The same for ever, also after a rebuild. */
  id: string;
  type: string;
  place: MirrorPlace;
  /** Message id of the fact that caused it; left out where a timer did. */
  causedBy?: string;
  /** What readers of the feed get. */
  item: unknown;
}

/** The end of one of the streams. */
export interface MirrorEnd {
  revision: number;
  /** Of its last change. */
  place: MirrorPlace;
  /** Up to there all streams were complete when that change was written; null = nothing was known. */
  complete: MirrorPlace | null;
}

export interface ChangesMirror {
  /**
   * Into how many streams changes are divided. The first who ever asks settles it: were it to change, the changes of one
   * customer would stand in two streams, whose order nobody knows.
   * @throws LogUnavailableError
   */
  partitions(wanted: number): Promise<number>;

  /** The end of a stream, null when there is none. @throws LogUnavailableError; Error when others have written to it. */
  end(partition: number): Promise<MirrorEnd | null>;

  /**
   * Appends as many of the changes, from the first on, as go into one append.
   * @param at revision of the stream's last change, -1 when there is none; and up to where all streams are complete.
   * @returns how many were appended. @throws WrongExpectedRevisionError, LogUnavailableError
   */
  append(
    partition: number,
    changes: readonly MirroredChange[],
    at: { revision: number; complete: MirrorPlace | null },
  ): Promise<number>;

  /** Ends what is under way; its end is unknown. */
  close(): Promise<void>;
}
