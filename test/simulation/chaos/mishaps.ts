import { PROGRAM_STREAM } from '@perennial/event-log';
import { DAY_MS, iso } from '@perennial/membership';
import fc from 'fast-check';
import { arbitraryProgram } from '../../histories/arbitrary-history.js';
import type { Machine } from '../machines/machine.js';
import type { World } from '../world/world.js';
import type { Town } from './town.js';
import type { Mishap, Weather } from './weather.js';

/** Lets things happen to processes and servers, one after the other, until told to stop. */
export class Mishaps {
  private over = false;
  /** Later versions must take effect later. */
  private lastVersion: { version: number; effectiveFrom: number } = { version: 1, effectiveFrom: 0 };

  constructor(
    private readonly world: World,
    private readonly town: Town,
    private readonly weather: Weather,
  ) {}

  begin(): void {
    if (this.weather.mishaps.length > 0) this.next();
  }

  stop(): void {
    this.over = true;
  }

  private next(): void {
    this.world.after(this.world.dice.int(1, this.weather.calmMs), () => {
      if (this.over) return;
      this.befall(this.world.dice.pick(this.weather.mishaps));
      this.next();
    });
  }

  private befall(mishap: Mishap): void {
    const { world, town } = this;
    const { dice } = world;
    switch (mishap) {
      case 'crash':
        return this.crash(dice.pick(town.all));
      case 'pause':
        return dice.pick(town.all).pause(dice.int(100, 12_000));
      case 'log-outage':
        return town.servers.logServer.goDown(dice.int(50, 2_000));
      case 'database-restart':
        return town.servers.restartDatabase(dice.int(50, 2_000));
      case 'leave':
        return this.leave();
      case 'rebuild':
        return dice.chance(0.5) ? dice.pick(town.rebuilds).start() : undefined;
      case 'publish':
        return this.publish();
      case 'lose-claims':
        return town.servers.loseClaims();
    }
  }

  private crash(machine: Machine): void {
    machine.crash();
    if (this.town.lasting.includes(machine)) this.comeBack(machine);
  }

  private leave(): void {
    const machine = this.world.dice.pick(this.town.projectors);
    void machine.leave();
    this.comeBack(machine);
  }

  private comeBack(machine: Machine): void {
    this.world.after(this.world.dice.int(50, 6_000), () => machine.start());
  }

  /** A new version of the program, that takes effect soon. */
  private publish(): void {
    const { dice, shopTime } = this.world;
    const { version, effectiveFrom } = this.lastVersion;
    const from = Math.max(effectiveFrom + 1, shopTime + dice.int(0, 30 * DAY_MS));
    this.lastVersion = { version: version + 1, effectiveFrom: from };
    const [program] = fc.sample(arbitraryProgram, { seed: dice.int(0, 2 ** 31), numRuns: 1 });
    const record = {
      stream: PROGRAM_STREAM,
      id: `program-${version + 1}`,
      type: 'ProgramPublished',
      schemaVersion: 1,
      customerId: null,
      occurredAt: shopTime,
      recordedAt: shopTime,
      source: 'operator',
      data: { version: version + 1, effectiveFrom: iso(from), program },
    };
    this.world.log('operator', `publishes version ${version + 1} from ${iso(from)}`);
    void this.town.servers.log.append(PROGRAM_STREAM, [record], version - 1);
  }
}
