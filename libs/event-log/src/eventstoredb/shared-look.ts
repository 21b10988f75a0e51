/**
 * A look at something that takes long, as for a log that shares a server with many others: who asks while one is under way
 * shares the next one, which sees everything that was there when they asked.
 */
export class SharedLook<T> {
  #running: Promise<T> | null = null;
  #next: Promise<T> | null = null;

  constructor(private readonly take: () => Promise<T>) {}

  look(): Promise<T> {
    if (this.#running === null) {
      this.#running = this.take().finally(() => (this.#running = null));
      return this.#running;
    }
    const again = () => {
      this.#next = null;
      return this.look();
    };
    return (this.#next ??= this.#running.then(again, again));
  }
}
