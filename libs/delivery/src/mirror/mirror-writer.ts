import {
  type ChangesMirror,
  LogUnavailableError,
  type MirroredChange,
  type MirrorEnd,
  WrongExpectedRevisionError,
} from '@perennial/event-log';
import { type ChangePlace, type ChangeRow, partitionOf } from '@perennial/read-store';
import { type ChangeFeed, itemOf } from '../change-feed.js';
import { comparePlaces, later } from '../cursor.js';

/** Changes of one read of the store. */
const PAGE = 1_000;
/** Pages that are written together: the more, the more streams are written at once; bounded in memory. */
const MOST_PAGES = 4;
/** Changes of one append at most; fewer where they are large. */
const MOST_OFFERED = 1_000;
/** How often another may be faster on one stream, before it is begun anew after a pause. */
const MOST_RACES = 100;

/**
 * Writes the feed on into the mirror, from where the streams end. Each holds the changes of its customers in the order of
 * the feed without a gap; as every append names the exact revision, that stays so whoever else writes, too. A batch is
 * written to all streams before the next one begins, and every event says where its batch began: up to there all streams
 * are complete, so it is the place to go on from, however long a stream had nothing.
 */
export class MirrorWriter {
  private constructor(
    private readonly mirror: ChangesMirror,
    private readonly feed: ChangeFeed,
    /** Of each stream; null = it does not exist. */
    private readonly ends: (MirrorEnd | null)[],
    /** Everything up to here is in the mirror; null = nothing is known. */
    private complete: ChangePlace | null,
  ) {}

  /** Finds out where the streams end. @param partitions how many there shall be, when nobody has settled that yet. */
  static async begin(mirror: ChangesMirror, feed: ChangeFeed, partitions: number): Promise<MirrorWriter> {
    const count = await mirror.partitions(partitions);
    const ends = await Promise.all(Array.from({ length: count }, (_, partition) => mirror.end(partition)));
    const complete = ends.reduce<ChangePlace | null>(
      (latest, end) => (end?.complete ? later(latest, end.complete) : latest),
      null,
    );
    return new MirrorWriter(mirror, feed, ends, complete);
  }

  /** Every change up to this position of the log is in the mirror. */
  get position(): number {
    return this.complete === null ? 0 : this.complete.position - 1;
  }

  /** Writes what is next. @returns whether there was anything. @throws LogUnavailableError */
  async step(): Promise<boolean> {
    const { rows, next } = await this.read();
    const byStream = Map.groupBy(rows, ({ customerId }) => partitionOf(customerId, this.ends.length));
    const appended = await Promise.allSettled([...byStream].map(([stream, changes]) => this.append(stream, changes)));
    for (const result of appended) if (result.status === 'rejected') throw result.reason;
    this.complete = next;
    return rows.length > 0;
  }

  private async read(): Promise<{ rows: ChangeRow[]; next: ChangePlace }> {
    const rows: ChangeRow[] = [];
    for (let pages = 1, after = this.complete; ; pages++) {
      const page = await this.feed.rows(after, PAGE);
      rows.push(...page.rows);
      after = page.next;
      if (page.rows.length < PAGE || pages === MOST_PAGES) return { rows, next: page.next };
    }
  }

  private async append(stream: number, rows: readonly ChangeRow[]): Promise<void> {
    for (let left = this.missing(stream, rows), races = 0; left.length > 0; left = this.missing(stream, left)) {
      const revision = this.ends[stream]?.revision ?? -1;
      const { complete } = this;
      try {
        const offered = left.slice(0, MOST_OFFERED).map(mirrored);
        const written = await this.mirror.append(stream, offered, { revision, complete });
        this.ends[stream] = { revision: revision + written, place: left[written - 1], complete };
      } catch (error) {
        if (!(error instanceof WrongExpectedRevisionError)) throw error;
        if (++races > MOST_RACES) throw new LogUnavailableError(`Others keep writing to stream ${error.stream}`);
        await this.lookAgain(stream, error);
      }
    }
  }

  /** What comes after the stream's last change. */
  private missing(stream: number, rows: readonly ChangeRow[]): readonly ChangeRow[] {
    const end = this.ends[stream];
    return end === null ? rows : rows.filter((row) => comparePlaces(row, end.place) > 0);
  }

  /** Another process writes, too: what it has written is there. */
  private async lookAgain(stream: number, refused: WrongExpectedRevisionError): Promise<void> {
    const end = await this.mirror.end(stream);
    if (end === null && refused.actual >= 0) {
      throw new Error(
        `Stream ${refused.stream} holds changes that the server no longer shows, so nobody knows where to go on: give it $maxCount, which keeps the last one, instead of $maxAge`,
      );
    }
    this.ends[stream] = end;
  }
}

function mirrored(row: ChangeRow): MirroredChange {
  const item = itemOf(row);
  const { id, type, cause } = item;
  return { id, type, place: row, ...('fact' in cause && { causedBy: cause.fact }), item };
}
