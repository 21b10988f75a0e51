import type { ProjectionBatch, ReadStore, ReadStores } from '@perennial/read-store';
import type { SimulatedProcess } from '../world/process.js';
import type { SimulatedServer } from './simulated-server.js';

/**
 * The read store as one process has it: a database on the network. Each call may be refused, as while it starts; or it
 * may be done and the answer lost, commits included.
 */
export class FaultyReadStores implements ReadStores {
  private readonly wrapped = new Map<ReadStore, ReadStore>();
  private readonly inner = new WeakMap<ReadStore, ReadStore>();

  /** One generation at a time, at most. */
  private fills = false;

  /** @param giveBack gets the connections when the process is gone, unless they died with it. */
  constructor(
    private readonly process: SimulatedProcess,
    private readonly server: SimulatedServer,
    private readonly stores: ReadStores,
    giveBack: (stores: ReadStores) => void,
  ) {
    process.whenGone(() => {
      if (this.fills) this.cutOff();
      else giveBack(stores);
    });
  }

  async current(): Promise<ReadStore> {
    return this.wrap(await this.call('current generation', () => this.stores.current()));
  }

  async createNext(): Promise<ReadStore> {
    // Also who never hears of it has made it, and holds it until its end.
    return this.wrap(await this.call('create generation', async () => this.keep(await this.stores.createNext())));
  }

  publish(next: ReadStore): Promise<void> {
    return this.end(`publish generation ${next.generation}`, () => this.stores.publish(this.inner.get(next)!));
  }

  discard(next: ReadStore): Promise<void> {
    return this.end(`discard generation ${next.generation}`, () => this.stores.discard(this.inner.get(next)!));
  }

  close(): Promise<void> {
    return this.stores.close();
  }

  private call<T>(what: string, work: () => T | Promise<T>): Promise<T> {
    return this.process.call(this.server, what, work);
  }

  /** Ends the filling of a generation, one way or the other. */
  private end(what: string, work: () => Promise<void>): Promise<void> {
    return this.call(what, async () => {
      await work();
      this.fills = false;
    });
  }

  /** As when a process dies: what it was filling stays on the disk as it is. */
  private cutOff(): void {
    for (const store of this.wrapped.keys()) void store.close().catch(() => undefined);
  }

  private keep(store: ReadStore): ReadStore {
    this.fills = true;
    this.wrap(store);
    return store;
  }

  /** Each method of the store as a call; the same object for the same store, because it is asked whether it is. */
  private wrap(store: ReadStore): ReadStore {
    const known = this.wrapped.get(store);
    if (known) return known;
    const wrapper = new Proxy(store, {
      get: (target, name: string) => {
        const value = (target as unknown as Record<string, unknown>)[name];
        if (typeof value !== 'function') return value;
        const method = value as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) => this.call(describe(target, name, args), () => method.apply(target, args));
      },
    });
    this.wrapped.set(store, wrapper);
    this.inner.set(wrapper, store);
    return wrapper;
  }
}

function describe({ generation }: ReadStore, name: string, args: readonly unknown[]): string {
  if (name !== 'commit') return `${name} in ${generation}`;
  const { partitions, expected, checkpoint, members } = args[0] as ProjectionBatch;
  const step = `${expected.position}/${expected.settled} → ${checkpoint.position}/${checkpoint.settled}`;
  return `commit in ${generation} of ${partitions?.join('+')}: ${step}, ${members.length} members`;
}
