import type { World } from './world.js';

/** A server as a process sees it through the network. */
export interface Server {
  /** Cannot be reached. */
  isDown(): boolean;
  /** How often a call does not arrive, and how often its answer does not. */
  readonly refuses: number;
  readonly losesAnswer: number;
  unavailable(why: string): Error;
}

/** How long a request, or an answer, is under way at most: mostly, and now and then. */
const USUAL_MS = 12;
const SLOW_MS = 400;
const SLOW = 0.04;

/**
 * One process from its start to its end. Whatever it asks for comes back through `call` and `sleep`: when it has crashed,
 * never; while it is paused, only afterwards.
 */
export class SimulatedProcess {
  private state: 'alive' | 'gone' = 'alive';
  private pausedUntil = 0;
  private underWay = 0;
  private readonly atEnd: (() => void)[] = [];

  constructor(
    readonly world: World,
    readonly name: string,
  ) {
    world.log(name, 'starts');
  }

  get isAlive(): boolean {
    return this.state === 'alive';
  }

  get isPaused(): boolean {
    return this.pausedUntil > this.world.now;
  }

  /** Its calls that are under way may still arrive; nothing ever comes back. */
  crash(): void {
    if (!this.isAlive) return;
    this.state = 'gone';
    this.world.log(this.name, 'is gone');
    this.cleanUp();
  }

  /** It knows nothing of it: what it waited for comes late, that is all. */
  pause(ms: number): void {
    this.pausedUntil = this.world.now + ms;
    this.world.log(this.name, `is paused until ${this.pausedUntil}`);
  }

  wake(): void {
    this.pausedUntil = 0;
  }

  /** To be done when nothing of a crashed process is under way any more: closing its connections. */
  whenGone(work: () => void): void {
    this.atEnd.push(work);
  }

  /**
   * A call to a server, which does the work in one piece.
   * @param work must not wait for anything but what is done at once.
   */
  call<T>(server: Server, what: string, work: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.underWay++;
      this.world.after(this.latency(), () => void this.arrive(server, what, work, resolve, reject));
    });
  }

  /** Also ends when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.world.after(ms, () => this.resume(resolve));
      signal?.addEventListener('abort', () => this.resume(resolve), { once: true });
      if (signal?.aborted) resolve();
    });
  }

  private async arrive<T>(
    server: Server,
    what: string,
    work: () => T | Promise<T>,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): Promise<void> {
    const { dice } = this.world;
    const answer = await this.serve(server, what, work);
    this.underWay--;
    if (!this.isAlive) return this.cleanUp();
    this.world.after(dice.chance(SLOW) ? dice.int(1, SLOW_MS) : dice.int(1, USUAL_MS), () =>
      this.resume(() => ('error' in answer ? reject(answer.error) : resolve(answer.value))),
    );
  }

  private async serve<T>(
    server: Server,
    what: string,
    work: () => T | Promise<T>,
  ): Promise<{ value: T } | { error: unknown }> {
    const { dice } = this.world;
    const lost = (why: string) => {
      this.world.log(this.name, `${what}: ${why}`);
      return { error: server.unavailable(why) };
    };
    if (!this.isAlive && dice.chance(0.5)) return lost('not sent');
    if (server.isDown() || dice.chance(server.refuses)) return lost('refused');
    try {
      const value = await work();
      if (dice.chance(server.losesAnswer)) return lost('done, and the answer lost');
      this.world.log(this.name, what);
      return { value };
    } catch (error) {
      this.world.log(this.name, `${what}: ${(error as Error).constructor.name}`);
      return { error };
    }
  }

  /** @returns true when it had no effect. */
  private resume(run: () => void): boolean {
    if (!this.isAlive) return true;
    if (this.isPaused) {
      this.world.after(this.pausedUntil - this.world.now, () => this.resume(run));
      return true;
    }
    run();
    return false;
  }

  private latency(): number {
    const { dice } = this.world;
    return dice.chance(SLOW) ? dice.int(1, SLOW_MS) : dice.int(1, USUAL_MS);
  }

  private cleanUp(): void {
    if (this.underWay > 0) return;
    for (const work of this.atEnd.splice(0)) work();
  }
}
