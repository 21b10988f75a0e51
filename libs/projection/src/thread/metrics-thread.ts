import { Worker } from 'node:worker_threads';
import type { Answer, Question } from '../metrics/question.js';
import type { StoreSettings } from '../store-settings.js';

/** What the thread says: the answer to a question (null = not to be had there), or how keeping up went. */
export type MetricsMessage =
  | { id: number; answer: Answer | null }
  | { id: number; error: Error }
  | {
      /** Null = well. */
      refreshed: Error | null;
    };

export interface MetricsThreadOptions {
  settings: StoreSettings;
  /** `live`: everybody as of now, kept up with the read store. `past`: everybody as of an instant, from the whole log. */
  kind: 'live' | 'past';
  /** Called with what stands in the way of keeping up, once each time it changes. */
  onTrouble: (error: Error) => void;
}

/** Young objects of the first load mostly stay: less copying when there is room for many. */
const YOUNG_GENERATION_MB = 64;

/** Metrics in a worker thread, seen from outside. */
export class MetricsThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<
    number,
    { resolve: (answer: Answer | null) => void; reject: (e: Error) => void }
  >();
  private readonly exited: Promise<void>;
  private asked = 0;
  private trouble: string | null = null;
  private over = false;

  private constructor(private readonly options: MetricsThreadOptions) {
    const { settings, kind } = options;
    this.worker = new Worker(new URL('./metrics-worker.js', import.meta.url), {
      workerData: { settings, kind },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.worker.on('message', (message: MetricsMessage) => this.take(message));
    this.worker.on('error', (error: Error) => this.end(error));
    this.exited = new Promise((resolve) => {
      this.worker.once('exit', (code) => {
        this.end(new Error(`The metrics thread ended with code ${code}`));
        resolve();
      });
    });
  }

  static start(options: MetricsThreadOptions): MetricsThread {
    return new MetricsThread(options);
  }

  /** Whether it can still be asked. */
  get running(): boolean {
    return !this.over;
  }

  /** Questions that wait for their answer. */
  get pending(): number {
    return this.waiting.size;
  }

  /**
   * @returns null when the answer is not to be had from this kind.
   * @throws RangeError for a window that is none; Error when the thread ends.
   */
  ask(question: Question): Promise<Answer | null> {
    if (this.over) return Promise.reject(new Error('The metrics thread has ended'));
    const id = this.asked++;
    const answer = new Promise<Answer | null>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.worker.postMessage({ id, question });
    return answer;
  }

  /** Lets the questions that were asked be answered, then ends the thread. */
  async stop(): Promise<void> {
    if (!this.over) this.worker.postMessage('stop');
    await this.exited;
  }

  private take(message: MetricsMessage): void {
    if ('refreshed' in message) {
      const trouble = message.refreshed?.message ?? null;
      if (message.refreshed && trouble !== this.trouble) this.options.onTrouble(message.refreshed);
      this.trouble = trouble;
      return;
    }
    const waiter = this.waiting.get(message.id)!;
    this.waiting.delete(message.id);
    if ('error' in message) waiter.reject(message.error);
    else waiter.resolve(message.answer);
  }

  private end(error: Error): void {
    this.over = true;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
