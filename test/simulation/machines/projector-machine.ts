import { LiveProjector } from '@perennial/projection';
import type { Connections } from '../servers/servers.js';
import type { SimulatedProcess } from '../world/process.js';
import { Machine } from './machine.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** A process that lived this long starts with a short pause again. */
const LONG_LIFE_MS = 20_000;
const RESTS_MS = [0, 0, 10, 100, 1_000];

/** Keeps a projector running: one that fails ends with its process, and another is started after pauses that double. */
export class ProjectorMachine extends Machine {
  protected override readonly writes = true;
  private live: LiveProjector | null = null;
  private pauseMs = FIRST_PAUSE_MS;

  protected begin(process: SimulatedProcess, { log, stores, leases }: Connections): void {
    const startedAt = this.world.now;
    const live = LiveProjector.start(log, stores, leases, {
      sleep: (ms, signal) => process.sleep(ms, signal),
      // How long work takes is not the world's to say: rests of every kind come, long ones after which pages are read.
      rest: () => this.world.dice.pick(RESTS_MS),
    });
    this.live = live;
    live.done.catch((error: Error) => this.startAgain(process, error, this.world.now - startedAt));
  }

  /** Leaves the others to it: finishes what it is at and gives its partitions back. */
  async leave(): Promise<void> {
    const { process, live, connections } = this;
    if (!process || !live || !connections) return;
    this.world.log(process.name, 'is asked to leave');
    await live.close();
    if (this.process !== process) return;
    await connections.leases.close();
    this.crash();
  }

  private startAgain(process: SimulatedProcess, error: Error, livedMs: number): void {
    if (this.process !== process) return;
    this.world.log(process.name, `failed: ${error.message}`);
    this.crash();
    if (livedMs >= LONG_LIFE_MS) this.pauseMs = FIRST_PAUSE_MS;
    this.world.after(this.pauseMs, () => this.start());
    this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
