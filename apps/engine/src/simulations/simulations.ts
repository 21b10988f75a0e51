import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { EngineConfig } from '../config/engine-config.js';
import { Problem } from '../problems/problem.js';
import { CONFIG } from '../stores/tokens.js';
import { type SimulationOrder, SimulationRun } from './simulation-run.js';

/** How many wait for the one that runs: each takes a core for as long as it runs. */
const MOST_WAITING = 5;
/** How many reports are kept; the oldest goes first. */
const MOST_KEPT = 20;

/** The simulations of this engine: one runs, some wait, and the last ones are kept in memory. */
@Injectable()
export class Simulations implements OnModuleDestroy {
  private readonly logger = new Logger(Simulations.name);
  /** By id, in the order in which they came. */
  private readonly runs = new Map<string, SimulationRun>();
  private running: SimulationRun | null = null;
  private ending = false;

  constructor(@Inject(CONFIG) private readonly config: EngineConfig) {}

  /** Takes an order in; one that is there already is not taken again. @throws Problem when too many wait. */
  start(order: SimulationOrder): SimulationRun {
    const known = this.runs.get(order.id);
    if (known) return known;
    if (this.waiting().length >= MOST_WAITING) {
      throw new Problem('too-many-simulations', `${MOST_WAITING} wait already: send it again later, or delete one`, {
        headers: { 'retry-after': '5' },
      });
    }
    const run = new SimulationRun(order);
    this.runs.set(order.id, run);
    this.forgetOldest();
    this.runNext();
    return run;
  }

  /** The latest first. */
  list(): SimulationRun[] {
    return [...this.runs.values()].reverse();
  }

  /** @throws Problem when there is none. */
  get(id: string): SimulationRun {
    const run = this.runs.get(id);
    if (!run) throw new Problem('unknown-simulation', 'It was deleted, is too old, or the engine started again since');
    return run;
  }

  /** Ends it if it is under way, and forgets it. @throws Problem when there is none. */
  async delete(id: string): Promise<void> {
    const run = this.get(id);
    this.runs.delete(id);
    await run.cancel();
  }

  async onModuleDestroy(): Promise<void> {
    this.ending = true;
    await this.running?.cancel();
  }

  private waiting(): SimulationRun[] {
    return [...this.runs.values()].filter(({ state }) => state === 'queued');
  }

  private runNext(): void {
    const [next] = this.waiting();
    if (this.running || this.ending || !next) return;
    this.running = next;
    void next.run(this.config.stores).then(() => {
      this.running = null;
      // Whoever deleted it, or ended the engine, has stopped it.
      if (next.defect && this.runs.has(next.order.id) && !this.ending) {
        this.logger.error({ err: next.defect }, 'A simulation failed');
      }
      this.runNext();
    });
  }

  private forgetOldest(): void {
    for (const [id, { state }] of this.runs) {
      if (this.runs.size <= MOST_KEPT) return;
      if (state === 'done' || state === 'failed') this.runs.delete(id);
    }
  }
}
