import {
  type Aside,
  type Checkpoint,
  type ClaimStore,
  type Holder,
  type Range,
  UNJUDGED,
  type Verdicts,
} from './port.js';

/** Records of which the verdicts go to the store together: a page of its tables is then written once, not for each. */
const MOST_RECORDS = 16_000;
/** With so many waiting, the next ones wait until the store is through. */
const TOO_MANY_RECORDS = 4 * MOST_RECORDS;

/** Verdicts of one stretch of the log that grows. */
class Stretch implements Verdicts {
  readonly claims = new Map<string, Holder>();
  readonly asides = new Map<number, Aside>();
  checkpoint: Checkpoint;
  records = 0;

  constructor(readonly from: number) {
    this.checkpoint = { ...UNJUDGED, position: from };
  }
}

/** Verdicts at one moment that the store may not have yet: what is asked of the store afterwards lacks at most these. */
export interface Snapshot {
  holder(name: string): Holder | undefined;
  asides(range: Range): Aside[];
  asidesOf(factId: string): Aside[];
}

/** The store was emptied while this process used it: the log must be judged again. */
export class ClaimsLostError extends Error {
  override readonly name = 'ClaimsLostError';
}

/**
 * Verdicts on their way to the store. They count at once, in this process: whoever judges comes to the same, so nothing
 * is lost with them.
 */
export class UnsavedVerdicts {
  #growing = new Stretch(0);
  #saving: Stretch | null = null;
  #running: Promise<void> | null = null;
  #failed = false;
  #saved = 0;

  constructor(private readonly store: ClaimStore) {}

  /** Position up to which the store has everything. */
  get saved(): number {
    return this.#saved;
  }

  /** Begins anew behind a position up to which the store has everything. */
  restart(from: number): void {
    this.#growing = new Stretch(from);
    this.#saved = from;
    // What is being saved right now ends by itself.
    if (this.#running === null) this.#saving = null;
  }

  snapshot(): Snapshot {
    const stretches = this.#saving ? [this.#saving, this.#growing] : [this.#growing];
    const asides = () => stretches.flatMap((stretch) => [...stretch.asides.values()]);
    return {
      holder: (name) => {
        for (const { claims } of stretches) {
          const holder = claims.get(name);
          if (holder) return holder;
        }
        return undefined;
      },
      asides: ({ after, upTo, stream }) =>
        asides().filter(
          (aside) =>
            aside.position > after && aside.position <= upTo && (stream === undefined || aside.stream === stream),
        ),
      asidesOf: (factId) => asides().filter((aside) => aside.factId === factId),
    };
  }

  /** Takes verdicts on the next records up. @param isLast that nothing more is known to follow soon. */
  async add(verdicts: Omit<Verdicts, 'from'>, records: number, isLast: boolean): Promise<void> {
    const growing = this.#growing;
    for (const [name, holder] of verdicts.claims) growing.claims.set(name, holder);
    for (const [position, aside] of verdicts.asides) growing.asides.set(position, aside);
    growing.checkpoint = verdicts.checkpoint;
    growing.records += records;
    // What failed unheard fails again where somebody hears it.
    if (this.#failed || growing.records >= TOO_MANY_RECORDS) await this.save();
    else if (isLast || growing.records >= MOST_RECORDS) this.save().catch(() => undefined);
  }

  /** Resolves when the store has everything up to now. @throws LogUnavailableError, ClaimsLostError */
  async save(): Promise<void> {
    while (this.#saving || this.#growing.records > 0) await (this.#running ??= this.#save());
  }

  async #save(): Promise<void> {
    const stretch = (this.#saving ??= this.#growing);
    if (stretch === this.#growing) this.#growing = new Stretch(stretch.checkpoint.position);
    try {
      if (!(await this.store.save(stretch))) throw new ClaimsLostError('The claims were emptied while in use');
      this.#failed = false;
      if (this.#saving !== stretch) return;
      this.#saved = Math.max(this.#saved, stretch.checkpoint.position);
      this.#saving = null;
    } catch (error) {
      this.#failed = true;
      throw error;
    } finally {
      this.#running = null;
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#saving = null;
    this.#failed = false;
    this.restart(0);
  }
}
