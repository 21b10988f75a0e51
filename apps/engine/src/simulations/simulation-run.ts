import { iso, type Program } from '@perennial/membership';
import { DraftError, type SimulationReport, SimulationThread, type StoreSettings } from '@perennial/projection';
import { Problem } from '../problems/problem.js';
import { toProblem } from '../problems/to-problem.js';

/** What a simulation is to try; instants in UTC ms. */
export interface SimulationOrder {
  id: string;
  program: Program;
  /** null = from the beginning of time. */
  from: number | null;
  asOf: number;
}

export type SimulationState = 'queued' | 'running' | 'done' | 'failed';

/** One simulation from its order to its report. It lives as long as the engine, or until it is deleted. */
export class SimulationRun {
  state: SimulationState = 'queued';
  private readonly createdAt = Date.now();
  private thread: SimulationThread | null = null;
  private report: SimulationReport | null = null;
  private problem: Problem | null = null;

  constructor(readonly order: SimulationOrder) {}

  /** Runs it in a thread of its own. Resolves when it is through, whatever came of it. */
  async run(settings: StoreSettings): Promise<void> {
    const { program, from, asOf } = this.order;
    this.state = 'running';
    this.thread = SimulationThread.start({ settings, program, from, asOf });
    try {
      this.report = await this.thread.report;
      this.state = 'done';
    } catch (error) {
      this.problem = error instanceof DraftError ? invalidDraft(error) : toProblem(error);
      this.state = 'failed';
    }
  }

  /** Ends it where it is running. */
  async cancel(): Promise<void> {
    if (this.state === 'running') await this.thread?.cancel();
  }

  /** Why it failed through a defect; null where it did not, or the draft was at fault. */
  get defect(): unknown {
    return this.problem?.type === 'internal' ? this.problem.cause : null;
  }

  view() {
    const { id, program, from, asOf } = this.order;
    return {
      id,
      state: this.state,
      progress: this.state === 'done' ? 1 : (this.thread?.progress().share ?? 0),
      createdAt: iso(this.createdAt),
      program: program.name,
      from: from === null ? null : iso(from),
      asOf: iso(asOf),
      ...(this.report && { report: this.report }),
      ...(this.problem && { problem: this.problem.toJSON() }),
    };
  }
}

export function invalidDraft({ message, errors }: DraftError): Problem {
  return new Problem('invalid-draft', message, { errors: [...errors] });
}
