import type { Server } from '../world/process.js';
import type { World } from '../world/world.js';

/** A server that goes down and comes up again, and keeps what it was given. */
export class SimulatedServer implements Server {
  refuses = 0;
  losesAnswer = 0;
  private downUntil = 0;

  constructor(
    private readonly world: World,
    private readonly name: string,
    readonly unavailable: (why: string) => Error,
  ) {}

  isDown(): boolean {
    return this.downUntil > this.world.now;
  }

  goDown(ms: number): void {
    this.downUntil = this.world.now + ms;
    this.world.log(this.name, `is down until ${this.downUntil}`);
  }

  /** From now on nothing goes wrong any more. */
  heal(): void {
    this.downUntil = this.refuses = this.losesAnswer = 0;
  }
}
