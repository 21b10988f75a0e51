import type { Connections, Servers } from '../servers/servers.js';
import { SimulatedProcess } from '../world/process.js';
import type { World } from '../world/world.js';

/** A place where one process runs at a time: started again after a crash, paused, shut down. */
export abstract class Machine {
  protected process: SimulatedProcess | null = null;
  protected connections: Connections | null = null;
  /** Whether it writes to the read store. */
  protected readonly writes: boolean = false;
  private starts = 0;
  private isRetired = false;

  constructor(
    protected readonly world: World,
    protected readonly servers: Servers,
    readonly name: string,
  ) {}

  get isUp(): boolean {
    return this.process !== null;
  }

  start(): void {
    if (this.process || this.isRetired) return;
    this.process = new SimulatedProcess(this.world, `${this.name}#${++this.starts}`);
    this.connections = this.servers.connect(this.process, this.writes);
    this.begin(this.process, this.connections);
  }

  crash(): void {
    this.process?.crash();
    this.process = this.connections = null;
  }

  /** Ends it for good. */
  retire(): void {
    this.crash();
    this.isRetired = true;
  }

  pause(ms: number): void {
    this.process?.pause(ms);
    this.connections?.leases.fallSilent();
  }

  wake(): void {
    this.process?.wake();
  }

  /** What the process does from its start on; what it throws must be caught. */
  protected abstract begin(process: SimulatedProcess, connections: Connections): void;
}
