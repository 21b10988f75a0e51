import { createHash } from 'node:crypto';

/** How many lines are kept for the report of a failure. */
const KEPT = 60;

/** What happened in a run, line by line: two runs of one seed must have the same. */
export class Trace {
  private readonly hash = createHash('sha256');
  private last: string[] = [];
  lines = 0;

  /**
   * @param hidden is left out: the name of a directory that is another one each time.
   * @param onLine gets every line as it comes.
   */
  constructor(
    private readonly hidden: string,
    private readonly onLine?: (line: string) => void,
  ) {}

  add(text: string): void {
    const line = text.replaceAll(this.hidden, '');
    this.lines++;
    this.hash.update(line);
    this.hash.update('\n');
    this.last.push(line);
    if (this.last.length > 2 * KEPT) this.last = this.last.slice(-KEPT);
    this.onLine?.(line);
  }

  tail(): string[] {
    return this.last.slice(-KEPT);
  }

  /** To be called once, at the end. */
  digest(): string {
    return this.hash.digest('hex');
  }
}
