import type { ReadStores } from '@perennial/read-store';
import { endOf } from './cursor.js';

interface Waiter {
  /** Position up to which there is nothing for them. */
  seen: number;
  /** Null = any. */
  types: ReadonlySet<string> | null;
  /** @param news there may be something for them. */
  wake: (news: boolean) => void;
}

/** Changes that one look takes in; where there are more, everybody reads for themselves. */
const LOOK = 1_000;

/**
 * Who waits for something new in the feed. The projector tells when it got on; then one look at the store serves all who
 * wait, so thousands cost no more than one.
 */
export class FeedWaiters {
  private readonly waiting = new Set<Waiter>();
  /** What the projector told last. */
  private position = 0;
  /** Something was told that was not looked at yet. */
  private news = false;
  private looking = false;
  private closed = false;

  /** @param onError a look failed; everybody was woken to find out for themselves. */
  constructor(
    private readonly stores: ReadStores,
    private readonly onError: (error: unknown) => void,
  ) {}

  get count(): number {
    return this.waiting.size;
  }

  /** The feed is complete up to a position of the log. */
  advanced(position: number): void {
    this.position = position;
    this.news = true;
    void this.look();
  }

  /**
   * Waits for something after a position, at the latest until the time is over, the signal is aborted or `close` is
   * called.
   * @param seen `settled` of the page that held nothing.
   * @returns true when there is something to read.
   */
  wait(seen: number, types: readonly string[] | undefined, ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.closed || signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const wake = (news: boolean) => {
        this.waiting.delete(waiter);
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        resolve(news);
      };
      const leave = () => wake(false);
      const waiter: Waiter = { seen, types: types ? new Set(types) : null, wake };
      const timer = setTimeout(leave, ms);
      signal.addEventListener('abort', leave);
      this.waiting.add(waiter);
      // It may have got on since the page was read.
      if (seen < this.position) this.advanced(this.position);
    });
  }

  /** Wakes everybody; who comes later does not wait. */
  close(): void {
    this.closed = true;
    this.wakeAll(false);
  }

  /** One at a time; what is told meanwhile is looked at next. */
  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      while (this.news && this.waiting.size > 0 && !this.closed) {
        this.news = false;
        await this.lookFor([...this.waiting]);
      }
    } catch (error) {
      this.wakeAll(true);
      this.onError(error);
    } finally {
      this.looking = false;
    }
  }

  private async lookFor(waiters: readonly Waiter[]): Promise<void> {
    const store = await this.stores.current();
    const { settled } = await store.checkpoint();
    const from = waiters.reduce((least, { seen }) => Math.min(least, seen), Infinity);
    const changes = await store.changes({ after: endOf(from), limit: LOOK });
    for (const waiter of waiters) {
      const isFor = changes.some(({ position, type }) => position > waiter.seen && (waiter.types?.has(type) ?? true));
      if (isFor || changes.length === LOOK) waiter.wake(true);
      else waiter.seen = settled;
    }
  }

  private wakeAll(news: boolean): void {
    for (const waiter of [...this.waiting]) waiter.wake(news);
  }
}
