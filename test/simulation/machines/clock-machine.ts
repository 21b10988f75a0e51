import { Clock } from '@perennial/projection';
import type { Connections } from '../servers/servers.js';
import type { SimulatedProcess } from '../world/process.js';
import { Machine } from './machine.js';

const INTERVAL_MS = 700;

/** Lets time pass for the members, if it holds the lease for that. */
export class ClockMachine extends Machine {
  protected begin(process: SimulatedProcess, connections: Connections): void {
    new Clock(connections, {
      intervalMs: INTERVAL_MS,
      now: () => this.world.shopTime,
      sleep: (ms, signal) => process.sleep(ms, signal),
      onError: (error) => this.world.log(process.name, `could not tick: ${(error as Error).message}`),
    });
  }
}
