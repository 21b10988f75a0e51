import type { ProgramHistory } from '../program/history.js';
import type { Program } from '../program/program.js';
import type { Cause, ChangeSink, ChangeType, Running } from './changes.js';
import type { MemberState } from './state.js';
import { TIMER_NAMES } from './timers.js';

/** Watches a fold: called after each fact and each timer, with the member as it made them and what it was. */
export type FoldObserver = (m: Readonly<MemberState>, cause: Cause) => void;

/** What a fold needs besides facts: the program's versions, and who wants to hear what changed. */
export class FoldContext {
  running: Running = { fact: '' };

  constructor(
    readonly programs: ProgramHistory,
    readonly sink: ChangeSink | null = null,
    private readonly observer: FoldObserver | null = null,
  ) {}

  get zone() {
    return this.programs.zone;
  }

  /** The version in force for this member now. */
  program(m: MemberState): Program {
    return this.programs.program(m.version);
  }

  /** Tells the sink of a change; callers that must copy a `before` check `sink` first. */
  announce(
    m: MemberState,
    type: ChangeType,
    subject: string,
    before: unknown,
    after: unknown,
    details?: Record<string, unknown>,
  ): void {
    if (!this.sink) return;
    this.sink({
      type,
      customerId: m.customerId,
      at: m.now,
      cause: this.cause(),
      programVersion: this.programs.versions[m.version].version,
      subject,
      before,
      after,
      ...(details && { details }),
    });
  }

  /** Tells the observer that a fact or timer is through. */
  observe(m: MemberState): void {
    if (this.observer) this.observer(m, this.cause());
  }

  private cause(): Cause {
    const running = this.running;
    return 'fact' in running ? { fact: running.fact } : { timer: TIMER_NAMES[running[1]], id: running[2] };
  }
}
