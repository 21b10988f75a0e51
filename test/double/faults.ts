/** What is to go wrong with the next calls; each kind counts down. */
export class Faults {
  readonly #left = new Map<Fault, number>();
  /** How long every answer to an append waits, milliseconds. */
  answerDelayMs = 0;
  #silence: Promise<void> | null = null;
  #endSilence: (() => void) | null = null;

  /** Lets a fault befall the next so many calls that it applies to. */
  next(fault: Fault, count = 1): void {
    this.#left.set(fault, (this.#left.get(fault) ?? 0) + count);
  }

  /** True when the fault befalls this call. */
  strikes(fault: Fault): boolean {
    const left = this.#left.get(fault) ?? 0;
    if (left > 0) this.#left.set(fault, left - 1);
    return left > 0;
  }

  /** Keeps connections and answers nothing until `speak`. */
  hang(): void {
    this.#silence ??= new Promise((resolve) => (this.#endSilence = resolve));
  }

  speak(): void {
    this.#endSilence?.();
    this.#silence = this.#endSilence = null;
  }

  /** Waits while the server hangs. */
  async whileSilent(): Promise<void> {
    while (this.#silence) await this.#silence;
  }
}

export type Fault =
  /** Stores the append, then drops the connection instead of answering. */
  | 'lose-acknowledgement'
  /** Drops the connection before the append is stored. */
  | 'drop-before-storing'
  /** Stores nothing and answers that the stream is at another revision than expected. */
  | 'refuse-revision'
  /** Answers that the server is not ready, as it does while it starts. */
  | 'not-ready'
  /** Answers that the append timed out, after it was stored. */
  | 'time-out-after-storing'
  /** Begins a subscription and never gives it anything. */
  | 'silent-subscription'
  /** Gives an event of a subscription twice. */
  | 'repeat-event'
  /** Drops the connection in the middle of a read. */
  | 'drop-read';
