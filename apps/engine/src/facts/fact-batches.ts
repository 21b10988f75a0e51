import { Injectable } from '@nestjs/common';
import { FactIntake, type FactResult } from '@perennial/ingest';

interface Waiting {
  facts: unknown[];
  resolve: (results: FactResult[]) => void;
  reject: (reason: unknown) => void;
}

/** How long requests wait at most for others to share their commit, milliseconds. */
const LONGEST_PAUSE_MS = 5;
const SHORTEST_PAUSE_MS = 1;

/**
 * Requests that arrive together go to the log together and share a commit. While many come at once, the next batch waits
 * about as long as the last one took: an embedded commit blocks the event loop, and in the meantime the loop may as well
 * read what else there is; on a server fewer, larger messages cost both sides less. One that comes alone does not wait.
 */
@Injectable()
export class FactBatches {
  private waiting: Waiting[] = [];
  /** When the next batch may start, on the clock of `performance`. */
  private notBefore = 0;

  constructor(private readonly intake: FactIntake) {}

  /** @returns one result per fact, in order, when all are durable. */
  take(facts: unknown[]): Promise<FactResult[]> {
    return new Promise((resolve, reject) => {
      if (this.waiting.length === 0) this.schedule();
      this.waiting.push({ facts, resolve, reject });
    });
  }

  private schedule(): void {
    const pause = this.notBefore - performance.now();
    if (pause > 0) setTimeout(() => void this.flush(), pause);
    else setImmediate(() => void this.flush());
  }

  private async flush(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    const started = performance.now();
    try {
      const facts = batch.length === 1 ? batch[0].facts : batch.flatMap((request) => request.facts);
      const results = await this.intake.take(facts, { now: Date.now(), announce: true, from: 'api' });
      let from = 0;
      for (const request of batch) request.resolve(results.slice(from, (from += request.facts.length)));
    } catch (error) {
      for (const request of batch) request.reject(error);
    }
    const tookMs = performance.now() - started;
    const pauseMs = batch.length === 1 ? 0 : Math.min(Math.max(tookMs, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
    this.notBefore = performance.now() + pauseMs;
  }
}
