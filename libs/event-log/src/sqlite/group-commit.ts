import { setImmediate as turnOfTheEventLoop, setTimeout as pause } from 'node:timers/promises';
import { ConflictError, LogUnavailableError, WrongExpectedRevisionError } from '../port.js';
import type { WriteTransaction } from './write-transaction.js';

/** Records in one transaction, so that a long queue does not hold up the event loop for long. */
const MAX_GROUP_RECORDS = 2_000;
/** Pause between tries to get the write lock, milliseconds; drawn anew each time so that two writers do not keep step. */
const LOCK_PAUSE_MS = { from: 1, to: 15 };

interface Job {
  /** Records that it may write. */
  size: number;
  work: () => unknown;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
  /** Set after a transaction that it was part of failed: it is tried again without neighbours. */
  alone: boolean;
}

/**
 * Writes everything that arrives within one turn of the event loop in one transaction: callers share its fsync, and
 * each is answered only after COMMIT. A refusal (wrong revision, conflict) is an answer like any other; when the
 * transaction itself fails, every job gets one of its own, so that one cannot spoil its neighbours.
 */
export class GroupCommit {
  readonly #queue: Job[] = [];
  #running: Promise<void> | null = null;

  constructor(
    private readonly transaction: WriteTransaction,
    private readonly onCommit: () => void,
    /** How long a writer waits for others that hold the file, milliseconds. */
    private readonly lockTimeoutMs: number,
  ) {}

  /** @throws what `work` throws as a refusal; LogUnavailableError when the transaction failed. */
  enqueue<T>(size: number, work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ size, work, resolve: resolve as (value: unknown) => void, reject, alone: false });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when everything queued has been answered. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    for (await turnOfTheEventLoop(); this.#queue.length > 0; await turnOfTheEventLoop()) {
      try {
        await this.#begin();
      } catch (error) {
        for (const job of this.#queue.splice(0)) job.reject(error);
        continue;
      }
      this.#write(this.#takeGroup());
    }
    this.#running = null;
  }

  /** Other processes' transactions are short: tries are short too, and between them the event loop goes on. */
  async #begin(): Promise<void> {
    const deadline = performance.now() + this.lockTimeoutMs;
    for (;;) {
      try {
        if (this.transaction.begin()) return;
      } catch (error) {
        throw unavailable(error);
      }
      if (performance.now() >= deadline) {
        throw new LogUnavailableError(`Another process has been writing to the event log for ${this.lockTimeoutMs} ms`);
      }
      await pause(LOCK_PAUSE_MS.from + Math.random() * (LOCK_PAUSE_MS.to - LOCK_PAUSE_MS.from));
    }
  }

  #takeGroup(): Job[] {
    let count = 1;
    let records = this.#queue[0].size;
    while (!this.#queue[0].alone && count < this.#queue.length && !this.#queue[count].alone) {
      records += this.#queue[count].size;
      if (records > MAX_GROUP_RECORDS) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  #write(group: Job[]): void {
    let answers: (() => void)[];
    try {
      answers = group.map(answer);
      this.transaction.commit();
    } catch (error) {
      this.transaction.rollback();
      if (group.length === 1) group[0].reject(unavailable(error));
      else this.#queue.unshift(...group.map((job) => ({ ...job, alone: true })));
      return;
    }
    for (const give of answers) give();
    this.onCommit();
  }
}

/** Does the work now; gives its result or its refusal when called. @throws whatever is no refusal. */
function answer(job: Job): () => void {
  try {
    const value = job.work();
    return () => job.resolve(value);
  } catch (error) {
    if (error instanceof ConflictError || error instanceof WrongExpectedRevisionError) return () => job.reject(error);
    throw error;
  }
}

function unavailable(error: unknown): LogUnavailableError {
  const reason = error instanceof Error ? error.message : String(error);
  return new LogUnavailableError(`The event log could not be written: ${reason}`, { cause: error });
}
