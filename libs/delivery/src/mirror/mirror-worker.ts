import { setTimeout as wait } from 'node:timers/promises';
import type { ChangesMirror } from '@perennial/event-log';
import type { ReadStores } from '@perennial/read-store';
import { ChangeFeed } from '../change-feed.js';
import { MirrorWriter } from './mirror-writer.js';

export interface MirrorHealth {
  /** Every change up to this position of the log is in the mirror, as far as this process has written it. */
  position: number;
  /** This process writes it, and could the last time. */
  running: boolean;
  /** Why it cannot be written; null while it can, or another process does. */
  lastError: string | null;
}

export interface MirrorWorkerOptions {
  /** How long to wait for `wake` before looking again, milliseconds. */
  pollMs?: number;
  /** How often it is asked whether this process may write, when it may not, milliseconds. */
  beatMs?: number;
  /** The first pause after a failure; doubled with each further one up to half a minute, milliseconds. */
  firstPauseMs?: number;
  onError?: (error: unknown) => void;
}

const LONGEST_PAUSE_MS = 30_000;

/**
 * Keeps the mirror of changes up until stopped. Of several processes the one that may write does; should two believe that
 * they may, both find what the other has written.
 */
export class MirrorWorker {
  private readonly end = new AbortController();
  private readonly feed: ChangeFeed;
  private readonly running: Promise<void>;
  private readonly options: Required<MirrorWorkerOptions>;
  private writer: MirrorWriter | null = null;
  private position = 0;
  private lastError: string | null = null;
  /** A wake-up that came while nobody waited must not be lost. */
  private news = false;
  private endWait: (() => void) | null = null;

  /** @param of `mayWrite` says, cheaply when nothing has changed, whether this process is the one that writes. */
  constructor(
    private readonly of: { stores: ReadStores; mirror: ChangesMirror; mayWrite: () => Promise<boolean> },
    { pollMs = 100, beatMs = 1_000, firstPauseMs = 500, onError = () => undefined }: MirrorWorkerOptions = {},
  ) {
    this.options = { pollMs, beatMs, firstPauseMs, onError };
    this.feed = new ChangeFeed(of.stores);
    this.running = this.run();
  }

  /** Says that there may be something new. */
  wake(): void {
    this.news = true;
    this.endWait?.();
  }

  health(): MirrorHealth {
    const { position, writer, lastError } = this;
    return { position, running: writer !== null && lastError === null, lastError };
  }

  /** Closes the mirror. What is under way is written or not; the next process finds out. */
  async stop(): Promise<void> {
    this.end.abort();
    this.endWait?.();
    await this.of.mirror.close();
    await this.running;
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.end.signal.aborted;) {
      try {
        if (await this.work()) failures = 0;
      } catch (error) {
        if (this.end.signal.aborted) return;
        // What the streams hold is looked up afresh.
        this.writer = null;
        this.lastError = error instanceof Error ? error.message : String(error);
        this.options.onError(error);
        await this.pause(Math.min(this.options.firstPauseMs * 2 ** failures++, LONGEST_PAUSE_MS));
      }
    }
  }

  /** One step, and the wait after it. @returns whether something could be written. */
  private async work(): Promise<boolean> {
    if (!(await this.of.mayWrite())) {
      this.writer = null;
      this.lastError = null;
      await this.pause(this.options.beatMs);
      return false;
    }
    const { stores, mirror } = this.of;
    const writer = (this.writer ??= await MirrorWriter.begin(mirror, this.feed, (await stores.current()).partitions));
    this.news = false;
    const more = await writer.step();
    this.position = writer.position;
    this.lastError = null;
    if (!more) await this.waitForNews();
    return true;
  }

  private async waitForNews(): Promise<void> {
    if (this.news || this.end.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.options.pollMs);
      this.endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.endWait = null;
  }

  private pause(ms: number): Promise<void> {
    return wait(ms, undefined, { signal: this.end.signal }).catch(() => undefined);
  }
}
