/** A place in the queues for the ids and natural keys of what is about to be written. */
export class Ticket {
  /** Made only for those who wait: hardly anybody ever does. */
  #done: PromiseWithResolvers<void> | null = null;

  constructor(readonly names: readonly string[]) {}

  get done(): Promise<void> {
    return (this.#done ??= Promise.withResolvers<void>()).promise;
  }

  leave(): void {
    this.#done?.resolve();
  }
}

/**
 * Lets only one writer of an id or natural key decide at a time, in the order in which they were asked, whatever streams
 * they write to. A place is taken for all names at once, and streams are written to in the order of the asking too, so
 * everybody waits for earlier ones only.
 */
export class NameQueues {
  readonly #queues = new Map<string, Ticket[]>();

  enter(records: readonly { id: string; key?: string }[]): Ticket {
    const names = new Set<string>();
    for (const { id, key } of records) {
      names.add(`id ${id}`);
      if (key !== undefined) names.add(`key ${key}`);
    }
    const ticket = new Ticket([...names]);
    for (const name of ticket.names) {
      const queue = this.#queues.get(name);
      if (queue) queue.push(ticket);
      else this.#queues.set(name, [ticket]);
    }
    return ticket;
  }

  /** Who stands before this one somewhere, null when nobody does. */
  before(ticket: Ticket): Ticket | null {
    for (const name of ticket.names) {
      const [first] = this.#queues.get(name)!;
      if (first !== ticket) return first;
    }
    return null;
  }

  /** Waits until nobody stands before this one. */
  async turn(ticket: Ticket): Promise<void> {
    for (let other = this.before(ticket); other; other = this.before(ticket)) await other.done;
  }

  leave(ticket: Ticket): void {
    for (const name of ticket.names) {
      const queue = this.#queues.get(name)!;
      if (queue.length === 1) this.#queues.delete(name);
      else queue.splice(queue.indexOf(ticket), 1);
    }
    ticket.leave();
  }
}
