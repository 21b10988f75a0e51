import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { ChangeFeed, type FeedPage, type FeedQuery, FeedWaiters } from '@perennial/delivery';
import type { Stores } from '@perennial/projection';
import type { Subscription } from 'rxjs';
import { StoreProgress } from '../stores/store-progress.js';
import { STORES } from '../stores/tokens.js';

/** The feed of changes, and waiting for what comes next in it. */
@Injectable()
export class LiveFeed implements OnModuleDestroy {
  private readonly feed: ChangeFeed;
  private readonly waiters: FeedWaiters;
  private readonly progress: Subscription;

  constructor(@Inject(STORES) { stores }: Stores, progress: StoreProgress) {
    const logger = new Logger(LiveFeed.name);
    this.feed = new ChangeFeed(stores);
    this.waiters = new FeedWaiters(stores, (err) => logger.error({ err }, 'Nobody could be told of new changes'));
    this.progress = progress.settled.subscribe((position) => this.waiters.advanced(position));
  }

  /** The cursor of now. */
  end(): Promise<string> {
    return this.feed.end();
  }

  /**
   * A page; while there is nothing, waits for it.
   * @param waitMs at the longest.
   * @param gone aborted when nobody waits for the answer any more.
   * @throws InvalidFeedCursorError
   */
  async read(query: FeedQuery, waitMs: number, gone: AbortSignal): Promise<FeedPage> {
    const deadline = performance.now() + waitMs;
    for (let page = await this.feed.read(query); ; page = await this.feed.read({ ...query, after: page.cursor })) {
      const left = deadline - performance.now();
      if (page.items.length > 0 || left <= 0) return page;
      if (!(await this.waiters.wait(page.settled, query.types, left, gone))) return page;
    }
  }

  /** The engine is told to end: who waits is answered now, with nothing. */
  onModuleDestroy(): void {
    this.progress.unsubscribe();
    this.waiters.close();
  }
}
