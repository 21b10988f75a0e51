import type { BuyingDay } from '../customers/buying-days.js';
import { type DayWindow, followingWindow, isWithin, ratio } from './window.js';

/** Buyers of a window who buy in the following one as well ÷ buyers of the window (SPEC §8, ruling 40). */
export class WindowToWindow {
  readonly second: DayWindow;
  private buyers = 0;
  private returning = 0;

  constructor(readonly first: DayWindow) {
    this.second = followingWindow(first);
  }

  /** @param days of one customer. */
  add(days: readonly BuyingDay[]): void {
    if (!days.some(({ day }) => isWithin(this.first, day))) return;
    this.buyers++;
    if (days.some(({ day }) => isWithin(this.second, day))) this.returning++;
  }

  result(): { buyers: number; returning: number; rate: number | null } {
    const { buyers, returning } = this;
    return { buyers, returning, rate: ratio(returning, buyers) };
  }
}
