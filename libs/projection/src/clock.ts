import { CLOCK_STREAM, type EventLog } from '@perennial/event-log';
import { iso } from '@perennial/membership';
import type { ReadStores } from '@perennial/read-store';
import { CLOCK_LEASE, type Leases } from './partitions/leases.js';
import { sleep, type Sleep } from './sleep.js';

/** Records that time has passed up to `now` (UTC ms): the projector fires what fell due (SPEC §3). */
export async function tick(log: EventLog, now: number): Promise<void> {
  await log.append(
    CLOCK_STREAM,
    [
      {
        stream: CLOCK_STREAM,
        // No sender's id holds a space, so none can take it.
        id: `clock ${iso(now)}`,
        type: 'ClockTicked',
        schemaVersion: 1,
        customerId: null,
        occurredAt: now,
        recordedAt: now,
        source: 'perennial',
        data: {},
      },
    ],
    'any',
  );
}

export interface ClockOptions {
  intervalMs: number;
  onError: (error: unknown) => void;
  now?: () => number;
  /** Default: real time. */
  sleep?: Sleep;
}

/**
 * Ticks whenever a member has a timer that fell due: nothing is recorded while nothing would happen. Of several processes
 * the one that holds the lease ticks.
 */
export class Clock {
  private readonly end = new AbortController();
  private readonly running: Promise<void>;
  private ticked = 0;

  constructor(
    private readonly of: { log: EventLog; stores: ReadStores; leases: Leases },
    private readonly options: ClockOptions,
  ) {
    this.running = this.run(options.sleep ?? sleep);
  }

  async stop(): Promise<void> {
    this.end.abort();
    await this.running;
  }

  private async run(sleep: Sleep): Promise<void> {
    const { signal } = this.end;
    const { intervalMs, onError } = this.options;
    for (await sleep(intervalMs, signal); !signal.aborted; await sleep(intervalMs, signal)) {
      await this.look().catch(onError);
    }
  }

  private async look(): Promise<void> {
    const now = (this.options.now ?? Date.now)();
    const { log, stores, leases } = this.of;
    if (!(await leases.acquire(CLOCK_LEASE))) return;
    const store = await stores.current();
    // The tick before must be through first, or each look would record another one for the same timers.
    if ((await store.checkpoint()).clock < this.ticked) return;
    const due = await store.nextDue();
    if (due === null || due > now) return;
    await tick(log, now);
    this.ticked = now;
  }
}
