import { customerIdOf } from '../streams.js';
import {
  type Aside,
  type Checkpoint,
  type ClaimStore,
  type Holder,
  type Range,
  type SetAside,
  UNJUDGED,
  type Verdicts,
} from './port.js';

/** Claims that live as long as the process: for tests. */
export function openMemoryClaims(): ClaimStore {
  return new MemoryClaims();
}

class MemoryClaims implements ClaimStore {
  #checkpoint: Checkpoint = UNJUDGED;
  readonly #claims = new Map<string, Holder>();
  /** In log order. */
  readonly #asides = new Map<number, Aside>();

  look(names: readonly string[]) {
    const holders = new Map<string, Holder>();
    for (const name of names) {
      const holder = this.#claims.get(name);
      if (holder) holders.set(name, holder);
    }
    return Promise.resolve({ checkpoint: this.#checkpoint, holders });
  }

  save(verdicts: Verdicts): Promise<boolean> {
    const { position } = this.#checkpoint;
    if (position < verdicts.from) return Promise.resolve(false);
    if (position < verdicts.checkpoint.position) {
      for (const [name, holder] of verdicts.claims) if (holder.position > position) this.#claims.set(name, holder);
      for (const aside of verdicts.asides.values())
        if (aside.position > position) this.#asides.set(aside.position, aside);
      this.#checkpoint = verdicts.checkpoint;
    }
    return Promise.resolve(true);
  }

  asides({ after, upTo, stream }: Range) {
    const asides = [...this.#asides.values()].filter(
      (aside) => aside.position > after && aside.position <= upTo && (stream === undefined || aside.stream === stream),
    );
    return Promise.resolve(new Map(asides.map(({ position, before }) => [position, before])));
  }

  asidesOf(factId: string) {
    return Promise.resolve([...this.#asides.values()].filter((aside) => aside.factId === factId));
  }

  setAside({ after = 0, limit = 100 } = {}): Promise<SetAside[]> {
    const facts: SetAside[] = [];
    for (const { position, stream, factId, taken } of this.#asides.values()) {
      if (taken && position > after) facts.push({ position, factId, customerId: customerIdOf(stream), ...taken });
    }
    return Promise.resolve(facts.slice(0, limit));
  }

  async setAsideCount(): Promise<number> {
    return (await this.setAside({ limit: Infinity })).length;
  }

  clear(position: number): Promise<void> {
    if (this.#checkpoint.position === position) {
      this.#checkpoint = UNJUDGED;
      this.#claims.clear();
      this.#asides.clear();
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
