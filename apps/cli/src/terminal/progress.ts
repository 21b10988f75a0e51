import type { Writable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';
import { count, duration } from './figures.js';

/** How far a longer work has come. */
export interface Progress {
  /**
   * @param done part of `total` that is done, in whatever both are measured. @param items how many of the unit that is.
   */
  update(done: number, total: number, items: number): void;
  stop(): void;
}

/** A bar with rate and time left. */
export function barProgress(unit: string): Progress {
  const bar = new SingleBar(
    {
      format: `{bar} {percentage} % | {items} ${unit} | {rate}/s | {left} left`,
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  const pace = new Pace();
  let started = false;
  return {
    update: (done, total, items) => {
      if (!started) bar.start(total, 0, { items: '0', rate: '0', left: '?' });
      started = true;
      bar.setTotal(total);
      bar.update(done, {
        items: count(items),
        rate: count(pace.rate(items)),
        left: duration(pace.secondsLeft(done, total)),
      });
    },
    stop: () => {
      if (started) bar.stop();
    },
  };
}

const LINE_EVERY_MS = 5_000;

/** A line now and then, for logs. Short work says nothing. */
export function lineProgress(unit: string, stream: Writable): Progress {
  const pace = new Pace();
  let last = performance.now();
  return {
    update: (done, total, items) => {
      if (performance.now() - last < LINE_EVERY_MS) return;
      last = performance.now();
      const share = total === 0 ? 100 : Math.floor((100 * done) / total);
      const left = duration(pace.secondsLeft(done, total));
      stream.write(`${share} % | ${count(items)} ${unit} | ${count(pace.rate(items))}/s | ${left} left\n`);
    },
    stop: () => undefined,
  };
}

export function silentProgress(): Progress {
  return { update: () => undefined, stop: () => undefined };
}

class Pace {
  readonly #started = performance.now();

  #seconds(): number {
    return Math.max((performance.now() - this.#started) / 1000, 0.001);
  }

  rate(items: number): number {
    return Math.round(items / this.#seconds());
  }

  secondsLeft(done: number, total: number): number {
    return done === 0 ? Infinity : (this.#seconds() * (total - done)) / done;
  }
}
