import { ChangeFeed, type FeedItem } from '@perennial/delivery';
import type { Connections } from '../servers/servers.js';
import type { SimulatedProcess } from '../world/process.js';
import { Machine } from './machine.js';

const LONGEST_PAUSE_MS = 900;
const LARGEST_PAGE = 30;

/** Reads the feed of changes while everything goes on; what it got and its cursor survive it together. */
export class SubscriberMachine extends Machine {
  readonly got: FeedItem[] = [];
  /** How far the feed was complete when it was last read. */
  settled = 0;
  private cursor: string | undefined;

  protected begin(process: SimulatedProcess, { stores }: Connections): void {
    void this.read(process, new ChangeFeed(stores));
  }

  private async read(process: SimulatedProcess, feed: ChangeFeed): Promise<never> {
    const { dice } = this.world;
    for (;;) {
      const limit = dice.int(1, LARGEST_PAGE);
      const page = await feed.read({ after: this.cursor, limit }).catch(() => null);
      if (page) {
        this.got.push(...page.items);
        this.cursor = page.cursor;
        if (page.items.length < limit) this.settled = page.settled;
      }
      if (!page || page.items.length < limit) await process.sleep(dice.int(1, LONGEST_PAUSE_MS));
    }
  }
}
