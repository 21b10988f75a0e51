import type { LogRecord } from '@perennial/event-log';

/** At this position of the log, time had passed up to `at` (UTC ms). */
export interface Tick {
  position: number;
  at: number;
}

/** How time passed along a stretch of the log: by clock ticks, and by imports, which are history up to their instant. */
export class Ticks {
  private readonly ticks: Tick[] = [];

  /** @param start the clock before the stretch. */
  constructor(
    private readonly start: number,
    records: readonly LogRecord[],
  ) {
    let clock = start;
    for (const record of records) {
      const at = instantOf(record);
      if (at <= clock) continue;
      clock = at;
      this.ticks.push({ position: record.position, at });
    }
  }

  /** Clock at the end of the stretch. */
  get end(): number {
    return this.ticks.length > 0 ? this.ticks[this.ticks.length - 1].at : this.start;
  }

  /** The clock once the record at `position` is in. */
  clockAt(position: number): number {
    const index = this.firstIndex((tick) => tick.position > position);
    return index === 0 ? this.start : this.ticks[index - 1].at;
  }

  /** The tick that finds a timer due, if there is one up to `position`. */
  tickFor(due: number, position: number): Tick | null {
    const tick = this.ticks[this.firstIndex((candidate) => candidate.at >= due)];
    return tick && tick.position <= position ? tick : null;
  }

  /** Both fields grow, so a condition that holds for one holds for all after it. */
  private firstIndex(condition: (tick: Tick) => boolean): number {
    let low = 0;
    let high = this.ticks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (condition(this.ticks[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function instantOf(record: LogRecord): number {
  if (record.type === 'ClockTicked') return record.occurredAt;
  return record.announce || record.customerId === null ? -Infinity : record.recordedAt;
}
