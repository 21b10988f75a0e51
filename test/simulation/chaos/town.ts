import { ApiMachine } from '../machines/api-machine.js';
import { ClockMachine } from '../machines/clock-machine.js';
import type { Machine } from '../machines/machine.js';
import { ProjectorMachine } from '../machines/projector-machine.js';
import { RebuildMachine } from '../machines/rebuild-machine.js';
import { SubscriberMachine } from '../machines/subscriber-machine.js';
import type { Servers } from '../servers/servers.js';
import type { World } from '../world/world.js';

/** All machines of a run. */
export class Town {
  readonly projectors: readonly ProjectorMachine[];
  readonly apis: readonly ApiMachine[];
  readonly clocks: readonly ClockMachine[];
  readonly subscriber: SubscriberMachine;
  readonly rebuilds: readonly RebuildMachine[];

  constructor(
    world: World,
    readonly servers: Servers,
  ) {
    this.projectors = [1, 2, 3].map((n) => new ProjectorMachine(world, servers, `projector-${n}`));
    this.apis = [1, 2].map((n) => new ApiMachine(world, servers, `api-${n}`));
    const clocks = world.dice.chance(0.5) ? [1] : [1, 2];
    this.clocks = clocks.map((n) => new ClockMachine(world, servers, `clock-${n}`));
    this.subscriber = new SubscriberMachine(world, servers, 'subscriber');
    this.rebuilds = [1, 2].map((n) => new RebuildMachine(world, servers, `rebuild-${n}`));
  }

  /** Those that run all the time. */
  get lasting(): readonly Machine[] {
    return [...this.projectors, ...this.apis, ...this.clocks, this.subscriber];
  }

  get all(): readonly Machine[] {
    return [...this.lasting, ...this.rebuilds];
  }

  /** Nothing goes wrong any more, and everybody is there. */
  heal(): void {
    this.servers.heal();
    for (const machine of this.all) machine.wake();
    for (const machine of this.lasting) machine.start();
  }
}
