/** Queries on their way at once. */
const MOST_RUNNING = 2;
/** Names of one query, unless one caller alone asks for more. */
const MOST_NAMES = 5_000;

interface Look<Answer> {
  names: readonly string[];
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/**
 * Asks for what many callers want to know at once in one query: what comes while queries are on their way goes together
 * into the next. Everybody gets the answer to all of it.
 */
export class SharedLooks<Answer> {
  readonly #waiting: Look<Answer>[] = [];
  #running = 0;

  constructor(private readonly query: (names: readonly string[]) => Promise<Answer>) {}

  look(names: readonly string[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ names, resolve, reject });
      if (this.#running < MOST_RUNNING) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running++;
    while (this.#waiting.length > 0) {
      const looks = this.#take();
      try {
        const answer = await this.query(looks.flatMap(({ names }) => names));
        for (const { resolve } of looks) resolve(answer);
      } catch (error) {
        for (const { reject } of looks) reject(error);
      }
    }
    this.#running--;
  }

  #take(): Look<Answer>[] {
    let count = 1;
    let names = this.#waiting[0].names.length;
    while (count < this.#waiting.length) {
      names += this.#waiting[count].names.length;
      if (names > MOST_NAMES) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }
}
