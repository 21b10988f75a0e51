import { type EventLog, type LogRecord, LogUnavailableError } from '@perennial/event-log';
import type { Projector } from './projector.js';
import type { restAfter } from './rest.js';
import type { Sleep } from './sleep.js';

export interface LogFollowerOptions {
  /** Called behind each batch that is projected. */
  onProjected: () => void;
  /** How long to rest behind a batch. */
  rest: typeof restAfter;
  sleep: Sleep;
  /** Ends it. */
  signal: AbortSignal;
}

/** During a rest as long as this so much gathers that it is read as a page. */
const LONG_REST_MS = 50;
/** Records of such a page at most. */
const PAGE = 10_000;

/**
 * Keeps a projector up with the log. While much comes in, what gathers during the rests is read as pages, larger than a
 * subscription gives: the facts of one member are then folded and written together.
 */
export class LogFollower {
  constructor(
    private readonly log: EventLog,
    private readonly projector: Projector,
    private readonly options: LogFollowerOptions,
  ) {}

  /** Until the signal ends it, behind the batch at work. @throws what the projector or the log throw for good. */
  async run(): Promise<void> {
    while (!this.options.signal.aborted) {
      await this.readPages();
      await this.subscribe();
    }
  }

  /** Projects what the log holds, page by page, until there is nothing new. */
  private async readPages(): Promise<void> {
    const { sleep, signal } = this.options;
    while (!signal.aborted) {
      const page = await this.page();
      if (page.length === 0 || signal.aborted) return;
      const restMs = await this.project(page);
      if (restMs > 0) await sleep(restMs, signal);
    }
  }

  /** What comes next; nothing when the log cannot be read, which a subscription waits out, or at the end. */
  private async page(): Promise<readonly LogRecord[]> {
    const { signal } = this.options;
    let end = () => {};
    const ended = new Promise<[]>((resolve) => (end = () => resolve([])));
    signal.addEventListener('abort', end);
    try {
      return await Promise.race([this.log.readAll({ after: this.projector.position, limit: PAGE }), ended]);
    } catch (error) {
      if (error instanceof LogUnavailableError) return [];
      throw error;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  /** Projects what comes, until a long rest is due. */
  private async subscribe(): Promise<void> {
    const { sleep, signal } = this.options;
    const over = new AbortController();
    const subscription = this.log.subscribe(this.projector.position, async (batch: LogRecord[]) => {
      if (signal.aborted || over.signal.aborted) return;
      const restMs = await this.project(batch);
      if (restMs >= LONG_REST_MS) over.abort();
      if (restMs > 0) await sleep(restMs, signal);
    });
    const end = () => void subscription.close();
    const ended = AbortSignal.any([signal, over.signal]);
    ended.addEventListener('abort', end);
    if (ended.aborted) end();
    try {
      await subscription.done;
    } finally {
      ended.removeEventListener('abort', end);
    }
  }

  /** @returns how long to rest behind the batch, milliseconds. */
  private async project(batch: readonly LogRecord[]): Promise<number> {
    const started = performance.now();
    await this.projector.project(batch);
    this.options.onProjected();
    return this.options.rest(batch, performance.now() - started, Date.now());
  }
}
