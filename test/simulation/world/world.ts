import { Dice } from './dice.js';
import { EventQueue } from './event-queue.js';
import type { Trace } from './trace.js';

/** How much of the life of a shop passes in a millisecond of virtual time: about a day in a tenth of a second. */
const SHOP_MS = 600_000;
/** When the histories of the generators begin. */
const SHOP_OPENS = Date.UTC(2024, 0, 1);

/**
 * Virtual time and everything that waits for it. Nothing in a run waits for anything else: no timer, no disk, no network.
 * So the order in which things happen follows from the seed alone.
 */
export class World {
  /** Virtual milliseconds since the beginning. */
  now = 0;
  readonly dice: Dice;
  private readonly queue = new EventQueue();

  constructor(
    seed: number,
    readonly trace: Trace,
  ) {
    this.dice = new Dice(seed);
  }

  /** What the clocks of the shop show, UTC ms. */
  get shopTime(): number {
    return SHOP_OPENS + this.now * SHOP_MS;
  }

  /** @param run returns true when it had no effect: then nobody need be given a turn. */
  after(ms: number, run: () => boolean | void): void {
    this.queue.push(this.now + ms, run);
  }

  /** For those outside of all processes: it cannot be interrupted. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  log(who: string, what: string): void {
    this.trace.add(`${this.now} ${who} ${what}`);
  }

  /** Lets things happen until a condition holds. @returns false when it did not hold in the time. */
  async runUntil(condition: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.now + limitMs;
    await everybodyWaits();
    while (!condition()) {
      const next = this.queue.nextAt <= end ? this.queue.pop() : undefined;
      if (next === undefined) {
        this.now = end;
        return false;
      }
      this.now = next.at;
      if (next.run() !== true) await everybodyWaits();
    }
    return true;
  }
}

/** Resolves when nothing goes on any more that does not wait for the world. */
function everybodyWaits(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
