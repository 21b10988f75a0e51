import type { Leases } from '@perennial/projection';
import type { SimulatedProcess } from '../world/process.js';
import type { SimulatedServer } from './simulated-server.js';

/** A connection to the database, which holds leases for as long as it stands. */
interface Session {
  holder: string;
  isOpen: boolean;
}

/** How long the database waits before it gives up on somebody who is silent. */
const PATIENCE_MS = 4_000;
/** How often somebody who lost their leases is told so when they call again. */
const IS_TOLD = 0.3;

/** Who holds what, as the database has it. */
export class LeaseTable {
  readonly held = new Map<string, Session>();
  readonly joined = new Map<string, Set<Session>>();

  /** Ends sessions, all or one, and tells nobody. */
  drop(session?: Session): void {
    const sessions = session ? [session] : [...this.held.values(), ...[...this.joined.values()].flatMap((s) => [...s])];
    for (const one of sessions) one.isOpen = false;
    for (const [name, { isOpen }] of this.held) if (!isOpen) this.held.delete(name);
    for (const all of this.joined.values()) for (const one of all) if (!one.isOpen) all.delete(one);
  }
}

/**
 * The leases of one process. One that was paused or cut off loses them without hearing of it, and goes on in the belief
 * that it holds them.
 */
export class SimulatedLeases implements Leases {
  readonly held = new Set<string>();
  private session: Session;
  /** The session was lost and the process does not know it. */
  private isDeceived = false;

  constructor(
    private readonly process: SimulatedProcess,
    private readonly server: SimulatedServer,
    private readonly table: LeaseTable,
  ) {
    this.session = { holder: process.name, isOpen: true };
    process.whenGone(() => this.fallSilent());
  }

  /** To be called when the process was paused or is gone. */
  fallSilent(): void {
    const { process, session } = this;
    process.world.after(PATIENCE_MS, () => {
      if (!process.isAlive || process.isPaused) this.table.drop(session);
      return true;
    });
  }

  acquire(name: string): Promise<boolean> {
    return this.ask(`acquire ${name}`, () => {
      const holder = this.table.held.get(name);
      const got = holder === undefined || holder === this.session;
      if (got) this.table.held.set(name, this.session);
      return got;
    }).then((got) => {
      if (got) this.held.add(name);
      else if (!this.isDeceived) this.held.delete(name);
      return got;
    });
  }

  release(name: string): Promise<void> {
    this.held.delete(name);
    return this.ask(`release ${name}`, () => {
      if (this.table.held.get(name) === this.session) this.table.held.delete(name);
    });
  }

  join(name: string): Promise<void> {
    return this.ask(`join ${name}`, () => {
      const all = this.table.joined.get(name) ?? new Set();
      this.table.joined.set(name, all.add(this.session));
    });
  }

  members(name: string): Promise<number> {
    return this.ask(`members of ${name}`, () => this.table.joined.get(name)?.size ?? 0);
  }

  holders(names: readonly string[]): Promise<{ name: string; holder: string }[]> {
    return this.ask('holders', () =>
      names.flatMap((name) => {
        const session = this.table.held.get(name);
        return session ? [{ name, holder: session.holder }] : [];
      }),
    );
  }

  close(): Promise<void> {
    this.held.clear();
    this.table.drop(this.session);
    return Promise.resolve();
  }

  private ask<T>(what: string, work: () => T): Promise<T> {
    return this.process.call(this.server, what, () => {
      if (!this.session.isOpen) {
        this.session = { holder: this.process.name, isOpen: true };
        this.isDeceived = true;
      }
      if (this.isDeceived && this.process.world.dice.chance(IS_TOLD)) this.learn();
      return work();
    });
  }

  private learn(): void {
    this.isDeceived = false;
    for (const name of this.held) if (this.table.held.get(name) !== this.session) this.held.delete(name);
    this.process.world.log(this.process.name, 'learns that its leases were lost');
  }
}
