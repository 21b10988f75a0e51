import type { AppendOutcome, EventLog, NewRecord } from '@perennial/event-log';
import { decideRedemption } from '@perennial/membership';
import { MemberReader, ProgramCatalogue, type Stores } from '@perennial/projection';
import {
  MemberCommand,
  MemberCommandHandler,
  type Recorded,
} from '../../../apps/engine/src/commands/member-command.js';
import type { Connections } from '../servers/servers.js';
import type { SimulatedProcess } from '../world/process.js';
import { Machine } from './machine.js';

export interface Redemption {
  /** Id of the fact that it leaves, the same at every try. */
  factId: string;
  source: string;
  customerId: string;
  points: number;
}

/** Takes facts and commands, with the engine's own handler. While it is down, nobody answers. */
export class ApiMachine extends Machine {
  private log: EventLog | null = null;
  private handler: MemberCommandHandler | null = null;

  /** What became of facts. Rejects when that is not known. */
  take(records: NewRecord[]): Promise<AppendOutcome[]> {
    if (!this.log || !this.isUp) return Promise.reject(new Error('Nobody answers'));
    return this.log.appendFacts(records);
  }

  redeem({ factId, source, customerId, points }: Redemption): Promise<Recorded> {
    if (!this.handler || !this.isUp) return Promise.reject(new Error('Nobody answers'));
    const identity = { factId, source, startedAt: this.world.shopTime };
    const command = new MemberCommand(customerId, identity, (state, head, context) =>
      decideRedemption(state, { ...head, redemptionId: factId, points }, context),
    );
    return this.handler.execute(command);
  }

  protected begin(_process: SimulatedProcess, { log, stores, leases }: Connections): void {
    this.log = log;
    const reader = new MemberReader(log, stores, new ProgramCatalogue(log));
    this.handler = new MemberCommandHandler({ log, stores, leases } as unknown as Stores, reader);
  }
}
