import {
  type EventLog,
  type LogRecord,
  LogUnavailableError,
  openMemoryClaims,
  openMemoryLog,
  withClaims,
} from '@perennial/event-log';
import type { Leases } from '@perennial/projection';
import { openSqliteReadStores, type ReadStores } from '@perennial/read-store';
import { SharedRecords, UnenforcedLog } from '../../double/unenforced-log.js';
import type { SimulatedProcess } from '../world/process.js';
import type { World } from '../world/world.js';
import { faultyClaims } from './faulty-claims.js';
import { FaultyLog } from './faulty-log.js';
import { FaultyReadStores } from './faulty-read-stores.js';
import type { SubscriptionFaults } from './faulty-subscription.js';
import { LeaseTable, SimulatedLeases } from './lease-table.js';
import { SimulatedServer } from './simulated-server.js';

export const PARTITIONS = 3;

/** What a process holds in its hands: its own connections to what all of them share. */
export interface Connections {
  log: EventLog;
  stores: ReadStores;
  leases: SimulatedLeases & Leases;
}

/** What outlives every process: the log, the read store, the leases. */
export class Servers {
  /** As it is, without faults, and judged by itself where claims are needed. */
  readonly log: EventLog;
  /** What is in a log that does not enforce keys; null where the log does. */
  private readonly unenforced: SharedRecords | null;
  private claims = openMemoryClaims();
  readonly claimsServer: SimulatedServer;
  readonly logServer: SimulatedServer;
  readonly database: SimulatedServer;
  readonly subscriptions: SubscriptionFaults = { fails: 0, isBegunAnew: 0 };
  private readonly leases = new LeaseTable();
  /** Connections of processes that are gone: opening others takes longer than all that a process does with them. */
  private readonly idle: ReadStores[] = [];

  /** The read store as it is, without faults. */
  readonly forReading: ReadStores;

  /** @param dir where the read store is, on a disk that costs nothing. */
  constructor(
    world: World,
    private readonly dir: string,
  ) {
    this.unenforced = world.dice.chance(0.5) ? new SharedRecords() : null;
    this.log = this.unenforced ? withClaims(new UnenforcedLog(this.unenforced), openMemoryClaims()) : openMemoryLog();
    this.forReading = this.openStores();
    this.logServer = new SimulatedServer(world, 'log', (why) => new LogUnavailableError(`The log: ${why}`));
    this.claimsServer = new SimulatedServer(world, 'claims', (why) => new LogUnavailableError(`The claims: ${why}`));
    this.database = new SimulatedServer(world, 'database', (why) => new Error(`The database: ${why}`));
  }

  /** @param writes whether the process writes to the read store; all who only read have one connection together. */
  connect(process: SimulatedProcess, writes: boolean): Connections {
    const log = this.connectToLog(process);
    const stores = writes
      ? new FaultyReadStores(process, this.database, this.idle.pop() ?? this.openStores(), (back) =>
          this.idle.push(back),
        )
      : new FaultyReadStores(process, this.database, this.forReading, () => undefined);
    return { log, stores, leases: new SimulatedLeases(process, this.database, this.leases) };
  }

  private openStores(): ReadStores {
    return openSqliteReadStores({ dir: this.dir, partitions: PARTITIONS });
  }

  private connectToLog(process: SimulatedProcess): EventLog {
    const { unenforced } = this;
    const seen = unenforced ? new UnenforcedLog(unenforced) : this.log;
    const log = new FaultyLog(process, this.logServer, seen, this.subscriptions);
    if (!unenforced) return log;
    return withClaims(
      log,
      faultyClaims(process, this.claimsServer, () => this.claims),
      {
        wait: (ms, signal) => process.sleep(ms, signal),
      },
    );
  }

  /** Everything that was ever written, whether it stands or not. */
  written(): Promise<LogRecord[]> {
    return (this.unenforced ? new UnenforcedLog(this.unenforced) : this.log).readAll({ limit: Infinity });
  }

  /** Somebody has deleted them: the log is to be judged again. */
  loseClaims(): void {
    this.claims = openMemoryClaims();
  }

  /** The database restarts: nobody's session outlives that. */
  restartDatabase(ms: number): void {
    this.database.goDown(ms);
    this.claimsServer.goDown(ms);
    this.leases.drop();
  }

  /** To be called when all processes are gone. */
  async close(): Promise<void> {
    for (const stores of [this.forReading, ...this.idle]) await stores.close();
  }

  heal(): void {
    this.logServer.heal();
    this.database.heal();
    this.claimsServer.heal();
    this.subscriptions.fails = this.subscriptions.isBegunAnew = 0;
  }
}
