import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChangeFeed, type FeedItem } from '@perennial/delivery';
import { type ChangeRow, openSqliteReadStores, partitionOf, type ReadStores } from '@perennial/read-store';

/** A read store of which a test says what was announced. */
export class Announced {
  private position = 0;

  private constructor(
    private readonly dir: string,
    readonly stores: ReadStores,
  ) {}

  static async open(): Promise<Announced> {
    const dir = await mkdtemp(join(tmpdir(), 'announced-'));
    return new Announced(dir, openSqliteReadStores({ dir }));
  }

  /** So many changes of some customers, several of one record among them. @param size of each, characters about. */
  async announce(count: number, { customers = 13, size = 10 } = {}): Promise<void> {
    const changes: ChangeRow[] = [];
    while (changes.length < count) {
      this.position += 1 + (this.position % 3);
      const customerId = `c-${(this.position * 7) % customers}`;
      for (let ordinal = 0; ordinal <= this.position % 3 && changes.length < count; ordinal++) {
        changes.push(change(this.position, customerId, ordinal, size));
      }
    }
    await this.commit(changes, this.position);
  }

  async commit(changes: ChangeRow[], settled: number): Promise<void> {
    const store = await this.stores.current();
    const expected = await store.checkpoint();
    const checkpoint = { position: Math.max(this.position, settled), clock: 0, settled };
    const nothing = { members: [], activities: [], removedMembers: [], tasks: [], links: [], parked: [], unparked: [] };
    await store.commit({ expected, checkpoint, changes, ...nothing });
  }

  /** All that readers of the feed get. */
  async items(): Promise<FeedItem[]> {
    const feed = new ChangeFeed(this.stores);
    const items: FeedItem[] = [];
    for (let after: string | undefined; ;) {
      const page = await feed.read({ after, limit: 1_000 });
      items.push(...page.items);
      if (page.items.length === 0) return items;
      after = page.cursor;
    }
  }

  async close(): Promise<void> {
    await this.stores.close();
    await rm(this.dir, { recursive: true });
  }
}

export function change(position: number, customerId: string, ordinal = 0, size = 10): ChangeRow {
  const rest = {
    cause: position % 5 === 0 ? { timer: 'points-expire' } : { fact: `f-${position}` },
    programVersion: 1,
    subject: customerId,
    before: 'n'.repeat(size),
    after: 'active',
  };
  const at = Date.UTC(2025, 0, 1) + position;
  return { position, customerId, ordinal, type: 'stage-changed', at, body: JSON.stringify(rest) };
}

/** What each of so many streams should hold. */
export function divided(items: readonly FeedItem[], partitions: number): FeedItem[][] {
  const streams = Array.from({ length: partitions }, (): FeedItem[] => []);
  for (const item of items) streams[partitionOf(item.customerId, partitions)].push(item);
  return streams;
}
