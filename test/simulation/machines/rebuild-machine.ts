import { rebuild } from '@perennial/projection';
import type { Connections } from '../servers/servers.js';
import type { SimulatedProcess } from '../world/process.js';
import { Machine } from './machine.js';

/** Makes the read store anew beside the live one, and ends. */
export class RebuildMachine extends Machine {
  protected override readonly writes = true;
  protected begin(process: SimulatedProcess, { log, stores }: Connections): void {
    rebuild(log, stores)
      .then(
        ({ position }) => this.world.log(process.name, `has made it anew up to ${position}`),
        (error: Error) => this.world.log(process.name, `failed: ${error.message}`),
      )
      .finally(() => this.process === process && this.crash());
  }
}
