import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type MetricsAnswer, type MetricsQuestion, MetricsThread } from '@perennial/projection';
import type { EngineConfig } from '../config/engine-config.js';
import { Problem } from '../problems/problem.js';
import { CONFIG } from '../stores/tokens.js';

/** Each folds the whole log. */
const MOST_WAITING = 8;
/** How long everybody as of some instant stays in memory after the last question about it. */
const PAST_KEPT_MS = 60_000;

/** Answers about now come from a thread that has everybody in memory; about another instant one is started that folds. */
@Injectable()
export class MetricsThreads implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(MetricsThreads.name);
  private readonly threads = new Map<'live' | 'past', MetricsThread>();
  private idle: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(@Inject(CONFIG) private readonly config: EngineConfig) {}

  onApplicationBootstrap(): void {
    this.thread('live');
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.idle) clearTimeout(this.idle);
    await Promise.all([...this.threads.values()].map((thread) => thread.stop()));
  }

  /** @throws Problem when too many questions wait for a fold of the log. */
  async ask(question: MetricsQuestion): Promise<MetricsAnswer> {
    return (await this.thread('live').ask(question)) ?? (await this.askPast(question));
  }

  private async askPast(question: MetricsQuestion): Promise<MetricsAnswer> {
    const past = this.thread('past');
    if (past.pending >= MOST_WAITING) {
      throw new Problem('too-many-questions', `${MOST_WAITING} questions about other instants wait: ask again later`, {
        headers: { 'retry-after': '5' },
      });
    }
    if (this.idle) clearTimeout(this.idle);
    try {
      return (await past.ask(question))!;
    } finally {
      if (past.pending === 0) this.endWhenIdle(past);
    }
  }

  /** One that ended is started again by the next question. */
  private thread(kind: 'live' | 'past'): MetricsThread {
    const known = this.threads.get(kind);
    if (known?.running) return known;
    if (this.stopped) throw new Problem('unavailable', 'The engine is ending: ask again when it runs');
    const thread = MetricsThread.start({
      settings: this.config.stores,
      kind,
      onTrouble: (error) => this.logger.error({ err: error }, 'Metrics cannot keep up with the read store'),
    });
    this.threads.set(kind, thread);
    return thread;
  }

  private endWhenIdle(past: MetricsThread): void {
    if (this.idle) clearTimeout(this.idle);
    this.idle = setTimeout(() => {
      if (past.pending > 0) return;
      this.threads.delete('past');
      past.stop().catch((error: unknown) => this.logger.error({ err: error }, 'A metrics thread did not end well'));
    }, PAST_KEPT_MS);
    this.idle.unref();
  }
}
