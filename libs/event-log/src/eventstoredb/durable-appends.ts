import type { AppendedPlace } from './append-messages.js';
import type { BatchAppends } from './batch-appends.js';
import type { ProposedEvent } from './event-form.js';
import type { LogReader } from './log-reader.js';
import { Gate, persistently, type Patience } from './retry.js';

/** What became of an append. */
export interface Appended extends AppendedPlace {
  /** True when these very events were there before: the server answers so to event ids that it finds at that place. */
  repeated: boolean;
}

/**
 * Appends that are made again until it is known what became of them: always with the same event ids and the same
 * revision, by which the server knows them, also after a restart, and writes them once.
 */
export class DurableAppends {
  readonly #gate: Gate;
  /** The highest position known to be taken: what is answered with one that is not higher was there before. */
  #highest = 0;
  #started: Promise<void> | null = null;

  constructor(
    private readonly appends: BatchAppends,
    private readonly reader: LogReader,
    private readonly patience: Patience,
    /** Appends on their way at once. */
    mostInFlight: number,
  ) {
    this.#gate = new Gate(mostInFlight);
  }

  /**
   * @param expected revision of the stream's last event, -1 when the stream must not exist.
   * @throws WrongRevisionAnswer, RefusedByServerError when nothing was written; LogUnavailableError when that is unknown.
   */
  async append(stream: string, expected: number, events: readonly ProposedEvent[]): Promise<Appended> {
    await this.#start();
    return this.#gate.pass(async () => {
      const before = this.#highest;
      const place = await persistently(`Stream ${stream} cannot be appended to`, this.patience, () =>
        this.appends.append(stream, expected, events),
      );
      this.#highest = Math.max(this.#highest, place.position);
      return { ...place, repeated: place.position <= before };
    });
  }

  /** Positions that are taken before the first append; asked for once. */
  #start(): Promise<void> {
    this.#started ??= this.#readHighest().catch((error: unknown) => {
      this.#started = null;
      throw error;
    });
    return this.#started;
  }

  async #readHighest(): Promise<void> {
    this.#highest = Math.max(this.#highest, await this.reader.head());
  }
}
