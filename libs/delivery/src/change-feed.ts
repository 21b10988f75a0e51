import { type Change, type ChangeJson, changeToJson, type ChangeType } from '@perennial/membership';
import type { ChangePlace, ChangeRow, ReadStore, ReadStores } from '@perennial/read-store';
import { decodeFeedCursor, encodeFeedCursor, endOf, later } from './cursor.js';

/** A change as subscribers get it. */
export interface FeedItem extends ChangeJson {
  /** The same for ever, also after a rebuild: whoever gets a change twice knows it by this. */
  id: string;
}

export interface FeedPage {
  items: FeedItem[];
  /** Where to read on. Moves on also when nothing is found, so that what was looked through is not looked through again. */
  cursor: string;
  /** Position of the log up to which everything was looked at, when nothing was left out. */
  settled: number;
}

export interface FeedQuery {
  /** Left out: from the beginning. @throws InvalidFeedCursorError */
  after?: string;
  /** Default all. */
  types?: readonly ChangeType[];
  /** 1–1,000. */
  limit: number;
}

/** Every change that was announced, in order, once (SPEC §10). */
export class ChangeFeed {
  constructor(private readonly stores: ReadStores) {}

  async read({ after, types, limit }: FeedQuery): Promise<FeedPage> {
    const from = after === undefined ? null : decodeFeedCursor(after);
    const { rows, next, settled } = await this.rows(from, limit, types);
    return { items: rows.map(itemOf), cursor: encodeFeedCursor(next), settled };
  }

  /** The same as rows, by places. `next` is where to read on; it is behind `settled` when nothing was left out. */
  async rows(
    after: ChangePlace | null,
    limit: number,
    types?: readonly ChangeType[],
  ): Promise<{ rows: ChangeRow[]; next: ChangePlace; settled: number }> {
    const store = await this.stores.current();
    // First how far the feed is complete: what becomes complete meanwhile is found the next time.
    const { settled } = await store.checkpoint();
    const rows = await store.changes({ after, types, limit });
    const last = rows.at(-1) ?? after;
    return { rows, next: rows.length === limit ? last! : later(last, endOf(settled)), settled };
  }

  /** The cursor of now: after everything that was announced so far. */
  async end(): Promise<string> {
    return feedEnd(await this.stores.current());
  }
}

/** The cursor that continues what is read of a store from now on: whatever of it is newer, the feed tells again. */
export async function feedEnd(store: ReadStore): Promise<string> {
  const { settled } = await store.checkpoint();
  return encodeFeedCursor(endOf(settled));
}

/** A change as subscribers get it. */
export function itemOf({ position, customerId, ordinal, type, at, body }: ChangeRow): FeedItem {
  const rest = JSON.parse(body) as Omit<Change, 'type' | 'customerId' | 'at'>;
  const change = changeToJson({ ...rest, type: type as ChangeType, customerId, at });
  return { id: `${position}-${ordinal}-${customerId}`, ...change };
}
