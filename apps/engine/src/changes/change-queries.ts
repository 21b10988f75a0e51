import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type FeedItem, type FeedQuery, InvalidFeedCursorError } from '@perennial/delivery';
import { invalidField } from '../problems/problem.js';
import { LiveFeed } from './live-feed.js';

export interface Changes {
  items: FeedItem[];
  /** Where to read on, also when there is nothing. */
  cursor: string;
}

/** What was announced after a cursor; `waitMs` is how long to wait for it at most. */
export class ReadChanges extends Query<Changes> {
  constructor(
    readonly query: FeedQuery,
    readonly waitMs: number,
    /** Aborted when the client has gone. */
    readonly gone: AbortSignal,
  ) {
    super();
  }
}

@QueryHandler(ReadChanges)
export class ReadChangesHandler implements IQueryHandler<ReadChanges> {
  constructor(private readonly feed: LiveFeed) {}

  async execute({ query, waitMs, gone }: ReadChanges): Promise<Changes> {
    try {
      const { items, cursor } = await this.feed.read(query, waitMs, gone);
      return { items, cursor };
    } catch (error) {
      if (error instanceof InvalidFeedCursorError) throw invalidField('after', 'must be a cursor of this feed');
      throw error;
    }
  }
}
